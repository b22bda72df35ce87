"""Views of lists under a name, and how each person looks at a list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.declarations import SHARE_VIEWS
from madoguchi.accounts.models import ListChoice, SavedView, Staff
from madoguchi.errors import Invalid, NotFound, Refused
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor

MOST_VIEWS = 30


class ViewNotFound(NotFound):
    """No such view is there for this person."""

    code = "view_not_found"
    message = _("このビューは見つかりません。削除されたか、共有が終わりました。")


class NotYourView(Refused):
    """Only its owner, or who may share views, changes a view."""

    code = "not_your_view"
    message = _("このビューを変更できるのは、作った人と管理者だけです。")


class TooManyViews(Invalid):
    """A list with more views than anybody reads."""

    code = "too_many_views"
    message = _("この一覧のビューが多すぎます。使わないビューを削除してください。")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a view is to keep."""

    table: str
    name: str
    query: str
    columns: Sequence[str]
    is_shared: bool
    opens: bool


def views_for(*, staff: Staff, table: str) -> list[SavedView]:
    """List a person's own views of a list, and those that are shared with everybody."""
    return list(_living().filter(Q(owner=staff) | Q(is_shared=True), table=table)[: 2 * MOST_VIEWS])


def find_view(*, staff: Staff, view_id: UUID) -> SavedView:
    """Find a view that this person may use.

    Raises ViewNotFound.
    """
    found = _living().filter(Q(owner=staff) | Q(is_shared=True), id=view_id).first()
    if found is None:
        raise ViewNotFound
    return found


def may_change(*, staff: Staff, view: SavedView) -> bool:
    """Tell whether a person may change a view: their own, or a shared one by permission."""
    return view.owner_id == staff.id or (view.is_shared and staff.has_permission(SHARE_VIEWS))


def choice_of(*, staff: Staff, table: str) -> ListChoice | None:
    """Find how a person looks at a list."""
    return ListChoice.objects.filter(staff=staff, table=table).first()


def save_view(*, staff: Staff, wish: Wish, actor: Actor, now: datetime) -> SavedView:
    """Keep a view under a name; the same name of the same person is written over.

    Raises TooManyViews.
    """
    is_shared = wish.is_shared and staff.has_permission(SHARE_VIEWS)
    view = _living().filter(owner=staff, table=wish.table, name=wish.name).first()
    if view is None:
        if _living().filter(owner=staff, table=wish.table).count() >= MOST_VIEWS:
            raise TooManyViews
        view = SavedView(owner=staff, table=wish.table, name=wish.name)
    view.query, view.columns = wish.query, list(wish.columns)
    view.is_shared, view.changed_at = is_shared, now
    view.save()
    _record(view, "accounts.view_saved", actor, now)
    if wish.opens:
        open_with(staff=staff, table=wish.table, view=view)
    return view


def change_view(*, staff: Staff, view_id: UUID, wish: Wish, actor: Actor, now: datetime) -> SavedView:
    """Give a view another name, share it or not, open its list with it or not.

    Raises ViewNotFound and NotYourView.
    """
    view = find_view(staff=staff, view_id=view_id)
    is_opened = ListChoice.objects.filter(staff=staff, opens_with=view).exists()
    if wish.opens != is_opened:
        open_with(staff=staff, table=view.table, view=view if wish.opens else None)
    is_shared = wish.is_shared if staff.has_permission(SHARE_VIEWS) else view.is_shared
    if (view.name, view.is_shared) == (wish.name, is_shared):
        return view
    if not may_change(staff=staff, view=view):
        raise NotYourView
    view.name, view.is_shared, view.changed_at = wish.name, is_shared, now
    view.save(update_fields=["name", "is_shared", "changed_at"])
    _record(view, "accounts.view_changed", actor, now)
    return view


def delete_view(*, staff: Staff, view_id: UUID, actor: Actor, now: datetime) -> SavedView:
    """Put a view away; it comes back when its deletion is undone.

    Raises ViewNotFound and NotYourView.
    """
    view = find_view(staff=staff, view_id=view_id)
    if not may_change(staff=staff, view=view):
        raise NotYourView
    view.deleted_at = now
    view.save(update_fields=["deleted_at"])
    _record(view, "accounts.view_deleted", actor, now)
    return view


def restore_view(*, view_id: UUID, actor: Actor, now: datetime) -> None:
    """Bring a deleted view back.

    Raises ViewNotFound when it is there already or gone for good.
    """
    view = SavedView.objects.select_for_update().filter(id=view_id, deleted_at__isnull=False).first()
    if view is None:
        raise ViewNotFound
    view.deleted_at = None
    view.save(update_fields=["deleted_at"])
    _record(view, "accounts.view_restored", actor, now)


def open_with(*, staff: Staff, table: str, view: SavedView | None) -> None:
    """Open a list with a view from now on, or with everything."""
    ListChoice.objects.update_or_create(staff=staff, table=table, defaults={"opens_with": view})


def choose_columns(*, staff: Staff, table: str, columns: Iterable[str], size: int | None) -> None:
    """Keep which columns of a list a person sees, and how many rows; nothing means the usual ones."""
    chosen = {"columns": list(columns), "page_size": size}
    ListChoice.objects.update_or_create(staff=staff, table=table, defaults=chosen)


def _living() -> "QuerySet[SavedView]":
    return SavedView.objects.filter(deleted_at=None)


def _record(view: SavedView, action: str, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="accounts.saved_view",
        object_ids=[str(view.id)],
        details={"table": view.table, "is_shared": view.is_shared},
        now=now,
    )
