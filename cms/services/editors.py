"""Staff who edit pages, in the shape in which Wagtail asks about them."""

from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from madoguchi.accounts.models import Staff

GROUP = "cms.edit_pages"
ON_PAGES = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")


def prepare_editors(*, root: Page) -> None:
    """Make the group of editors and give it the pages below the root."""
    group, _created = Group.objects.get_or_create(name=GROUP)
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailcore", content_type__model="page", codename__in=ON_PAGES
    ):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def let_edit(*, staff: Staff) -> None:
    """Put a member of staff who holds our permission into Wagtail's group.

    Nobody is taken out: without our permission the editor's door does not open.
    """
    if not staff.groups.filter(name=GROUP).exists():
        staff.groups.add(Group.objects.get(name=GROUP))
