"""The pages: one for residents, one for staff."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.web.access import public, requires
from plugins.plugin_name import queries, services
from plugins.plugin_name.declarations import READ_NOTES
from plugins.plugin_name.forms import NoteForm


@public("residents write without an account")
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Take a note from a resident."""
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.write_note(text=form.cleaned_data["text"], now=clock.now())
        return redirect("plugin_name:thanks")
    return render(request, "plugin_name/write.html", {"form": form}, status=422 if form.errors else 200)


@public("says that the note arrived")
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Say that the note arrived."""
    return render(request, "plugin_name/thanks.html")


@requires(READ_NOTES)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the notes that wait."""
    return render(request, "plugin_name/board.html", {"notes": queries.open_notes()})


@requires(READ_NOTES)
@require_POST
def close(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Put a note aside."""
    if services.close_note(note_id=note_id, actor=actor_of(request), now=clock.now()):
        messages.success(request, _("確認済みにしました。"))
    return redirect("plugin_name_staff:board")
