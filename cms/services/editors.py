"""Staff who edit pages, in the shape in which Wagtail asks about them."""

from django.contrib.auth.models import Group, Permission
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
)

from madoguchi.accounts.models import Staff

GROUP = "cms.edit_pages"
APPROVERS = "cms.publish_pages"
APPROVAL = "責任者の承認"
ALL_FILES = "すべてのファイル"
WRITE = ("add_page", "change_page")
PUBLISH = ("publish_page", "lock_page", "unlock_page")
ON_FILES = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")
ON_REDIRECTS = ("add_redirect", "change_redirect", "delete_redirect", "view_redirect")


def prepare_editors(*, root: Page) -> None:
    """Make the groups of those who write and those who approve, with what each may do below the root."""
    writers, _created = Group.objects.get_or_create(name=GROUP)
    approvers, _created = Group.objects.get_or_create(name=APPROVERS)
    enter = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    redirects = Permission.objects.filter(
        content_type__app_label="wagtailredirects", codename__in=ON_REDIRECTS
    )
    writers.permissions.add(enter, *redirects)
    approvers.permissions.add(enter)
    _give_pages(writers, root, WRITE)
    _give_pages(approvers, root, PUBLISH)
    # Before there were two groups, whoever wrote also published.
    GroupPagePermission.objects.filter(group=writers, permission__codename__in=PUBLISH).delete()
    _give_files(writers)
    _let_approve(approvers)


def let_edit(*, staff: Staff) -> None:
    """Put a member of staff into Wagtail's groups as our permissions say.

    Nobody is taken out of the writers: without our permission the editor's door does not open.
    """
    groups = {group.name for group in staff.groups.all()}
    may_publish = staff.has_permission(APPROVERS)
    if GROUP in groups and (APPROVERS in groups) == may_publish:
        return
    approvers = Group.objects.filter(name=APPROVERS).first()
    if approvers is None:
        prepare_editors(root=Page.get_first_root_node())
        approvers = Group.objects.get(name=APPROVERS)
    staff.groups.add(Group.objects.get(name=GROUP))
    if may_publish:
        staff.groups.add(approvers)
    else:
        staff.groups.remove(approvers)


def _give_pages(group: Group, root: Page, names: tuple[str, ...]) -> None:
    found = Permission.objects.filter(
        content_type__app_label="wagtailcore", content_type__model="page", codename__in=names
    )
    GroupPagePermission.objects.bulk_create(
        (GroupPagePermission(group=group, page=root, permission=permission) for permission in found),
        ignore_conflicts=True,
    )


def _give_files(group: Group) -> None:
    collection = Collection.get_first_root_node()
    Collection.objects.filter(pk=collection.pk).update(name=ALL_FILES)
    found = Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=ON_FILES
    )
    GroupCollectionPermission.objects.bulk_create(
        (
            GroupCollectionPermission(group=group, collection=collection, permission=permission)
            for permission in found
        ),
        ignore_conflicts=True,
    )


def _let_approve(approvers: Group) -> None:
    """Give the approval that Wagtail starts with a name that editors read, and somebody who approves."""
    first = Workflow.objects.order_by("pk").first()
    if first is None:
        return
    Workflow.objects.filter(pk=first.pk).update(name=APPROVAL)
    Task.objects.filter(workflow_tasks__workflow=first).update(name=APPROVAL)
    for task in GroupApprovalTask.objects.filter(workflow_tasks__workflow=first):
        task.groups.set([approvers])
