"""Who may enter Wagtail's editor, and under which policy the browser shows it."""

from collections.abc import Callable
from traceback import walk_tb
from typing import Any

from csp.constants import HEADER, NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.http.response import HttpResponseRedirectBase
from django.template.response import SimpleTemplateResponse
from django.urls import NoReverseMatch, reverse

from cms.plugin import EDIT_PAGES
from cms.services.editors import let_edit
from madoguchi.accounts.models import Staff
from madoguchi.web.access import public, requires

View = Callable[..., HttpResponseBase]
UNREADABLE = (AttributeError, KeyError, NoReverseMatch, OSError, TypeError, ValueError)


class TemporaryRedirect(HttpResponseRedirectBase):
    """A redirect that keeps the method and the body."""

    status_code = 307


# The editor writes styles and a few scripts into its pages and shows a preview in a frame.
EDITOR_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
}


def for_editors(view: View) -> View:
    """Keep a view of Wagtail for staff who may edit pages."""

    def edited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "\0" in "".join(map(str, request.GET.values())):
            raise BadRequest  # PostgreSQL refuses the character, Wagtail does not
        if isinstance(request.user, Staff):
            let_edit(staff=request.user)
        try:
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response.render()  # here, and not later: its fields read what was sent
        except UNREADABLE as error:
            if not _is_wagtails_own(error):
                raise
            # Wagtail takes it for granted that a form is whole and an address one of its own.
            raise BadRequest from error
        # A preview comes back with the policy of the resident site, which forbids frames.
        if response.has_header(HEADER):
            del response[HEADER]
        return response

    edited.__dict__.update(view.__dict__)
    guarded: View = requires(EDIT_PAGES)(csp(EDITOR_POLICY)(edited))
    return guarded


def _is_wagtails_own(error: Exception) -> bool:
    """Tell whether Wagtail itself stumbled over what was sent, rather than code of ours."""
    frames = [str(frame.f_globals.get("__name__", "")) for frame, _line in walk_tb(error.__traceback__)]
    outside = [name for name in frames if not name.startswith("django.")]
    # A picture that is cut off; any other trouble with files is ours.
    return outside[-1].startswith("PIL." if isinstance(error, OSError) else "wagtail.")


@public("leads to the sign-in of all staff")
def sign_in_elsewhere(request: HttpRequest) -> HttpResponseRedirect:
    """Send people who find Wagtail's own sign-in to ours, which counts and locks."""
    return HttpResponseRedirect(reverse("sign_in"))


@public("leads to the sign-out of all staff")
def sign_out_elsewhere(request: HttpRequest) -> HttpResponseRedirectBase:
    """Hand a sign-out on to ours, which leaves an entry; the browser repeats its POST there."""
    return TemporaryRedirect(reverse("sign_out"))


@public("leads to the page of one's own account")
def account_elsewhere(request: HttpRequest) -> HttpResponseRedirect:
    """Send people who want to change their own account to the page that records it."""
    return HttpResponseRedirect(reverse("password_change"))
