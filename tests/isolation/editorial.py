"""What editors leave behind in a city, marked: everything that a listing, chooser or report could show."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import (
    Collection,
    Comment,
    GroupApprovalTask,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.services.editors import APPROVERS
from madoguchi import clock
from madoguchi.accounts.models import Staff


def leave_traces(*, mark: str, home: Any, page: Any, image: Any, document: Any) -> dict[str, str]:
    """Leave a locked, a scheduled and a waiting page, a comment, a redirect, tags and a folder for files."""
    editor = Staff.objects.get(staff_code="Z-city_admin")
    folder = Collection.get_first_root_node().add_child(name=f"{mark} 集")
    for file in (image, document):
        file.collection, file.uploaded_by_user = folder, editor
        file.save()
        file.tags.add(f"{mark}-tag")
    redirect = Redirect.objects.create(old_path=f"/{mark.lower()}", redirect_page=page)
    Comment.objects.create(page=page, user=editor, contentpath="title", text=f"{mark} コメント")
    workflow, task = _approval(mark, home)
    workflow.start(page, editor)
    locked = _page(home, f"{mark} ロック", "locked-page", editor)
    locked.locked, locked.locked_by, locked.locked_at = True, editor, clock.now()
    locked.save()
    scheduled = _page(home, f"{mark} 予定", "scheduled-page", editor)
    scheduled.go_live_at = clock.now() + timedelta(days=3)
    scheduled.save_revision(user=editor, approved_go_live_at=scheduled.go_live_at)
    state = page.current_workflow_task_state
    return {
        "cms.sites.pk": str(Site.objects.get(is_default_site=True).pk),
        "redirect_id": str(redirect.pk),
        "cms.redirects.pk": str(redirect.pk),
        "cms.collections.pk": str(folder.pk),
        "collection_id": str(folder.pk),
        "cms.workflows.pk": str(workflow.pk),
        "workflow_pk": str(workflow.pk),
        "cms.workflows.tasks.pk": str(task.pk),
        "task_id": str(task.pk),
        "task_state_id": str(state.pk),
        "workflow_state_id": str(page.current_workflow_state.pk),
    }


def _approval(mark: str, home: Any) -> tuple[Workflow, GroupApprovalTask]:
    workflow = Workflow.objects.create(name=f"{mark} 承認")
    task = GroupApprovalTask.objects.create(name=f"{mark} 確認")
    task.groups.add(Group.objects.get(name=APPROVERS))
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=home, defaults={"workflow": workflow})
    return workflow, task


def _page(home: Any, title: str, slug: str, editor: Staff) -> Any:
    from cms.models import InfoPage

    made = home.add_child(instance=InfoPage(title=title, slug=slug, locale=home.locale, owner=editor))
    made.save_revision(user=editor, log_action=True)
    return made
