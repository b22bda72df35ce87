"""Who may use a view: every view says so, and a view that says nothing fails the build."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, NoReturn
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from madoguchi import clock
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Access:
    """The declaration of one view: open with a reason, for any staff, for a permission, or for a program.

    A view for programs names the permission that each method asks of a token: ``GET=places.view``.
    """

    kind: Literal["public", "signed_in", "requires", "token"]
    detail: str


def public(reason: str) -> Callable[[View], View]:
    """Open a view to everybody, and say why."""
    if not reason.strip():
        raise ValueError("say why everybody may use this view")
    return _declare(Access("public", reason), lambda request: None)


def signed_in(view: View) -> View:
    """Keep a view for staff who have signed in."""
    return _declare(Access("signed_in", ""), _refuse_strangers)(view)


def requires(permission: str) -> Callable[[View], View]:
    """Keep a view for staff who hold a permission; a refusal is written to the audit log."""

    def check(request: HttpRequest) -> HttpResponse | None:
        stranger = _refuse_strangers(request)
        if stranger is None and not request.user.has_permission(permission):  # type: ignore[union-attr]
            refuse(request, permission=permission)
        return stranger

    return _declare(Access("requires", permission), check)


def _declare(access: Access, check: Callable[[HttpRequest], HttpResponse | None]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return check(request) or view(request, *args, **kwargs)

        checked.access = access  # type: ignore[attr-defined]
        return checked

    return decorate


def _refuse_strangers(request: HttpRequest) -> HttpResponse | None:
    if request.user.is_authenticated:
        return None
    address = reverse("sign_in")
    if request.method in ("GET", "HEAD"):
        address += "?" + urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(address)


def refuse(request: HttpRequest, *, permission: str) -> NoReturn:
    """Write down that somebody lacks a permission, and refuse.

    Raises PermissionDenied.
    """
    record_refusal(request, permission=permission)
    raise PermissionDenied(permission)


def actor_behind(request: HttpRequest) -> Actor:
    """Name whoever is signed in, an operator who visits the city as an operator."""
    known = getattr(request.user, "actor", None)
    if isinstance(known, Actor):
        return known
    return Actor(kind="staff", id=str(request.user.pk), name=str(getattr(request.user, "name", "")))


def record_refusal(request: HttpRequest, *, permission: str) -> None:
    """Write down that somebody lacks a permission, for a view that says in its own words what to do."""
    audit.record_denied(
        actor=actor_behind(request),
        action="accounts.denied",
        object_type="permission",
        object_ids=[permission],
        # The database keeps no NUL, and an attempt must not stay unrecorded because of one.
        details={"path": request.path.replace("\0", "%00"), "method": request.method or ""},
        now=clock.now(),
    )
