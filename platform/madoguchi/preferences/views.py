from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.preferences import queries, schemas, services
from madoguchi.preferences.declarations import CHANGE_SETTINGS
from madoguchi.preferences.forms import form_for
from madoguchi.web.access import requires
from madoguchi.web.seen import SEEN, field_of


@requires(CHANGE_SETTINGS)
@require_safe
def settings_list(request: HttpRequest) -> HttpResponse:
    """List the plugins of the city that have something to choose, or the settings that a search finds."""
    words = request.GET.get("words", "").strip()
    lines = queries.found(words=words) if words else queries.lines()
    return render(request, "preferences/list.html", {"lines": lines, "words": words})


@requires(CHANGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest, plugin: str) -> HttpResponse:
    """Show what the city chose of one plugin, and keep a new choice."""
    try:
        schema = schemas.find(plugin)
    except schemas.UnknownSettings as unknown:
        raise Http404(plugin) from unknown
    form = form_for(schema, data=request.POST or None, initial=queries.values(plugin=plugin))
    is_told = False
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change(
                plugin=plugin,
                values=form.cleaned_data,
                actor=actor_of(request),
                now=clock.now(),
                seen=request.POST.get(SEEN),
            )
        except services.SettingsMoved as moved:
            is_told = True
            form.add_error(None, str(moved))
        else:
            messages.success(request, _("設定を保存しました。") if changed else _("変更はありませんでした。"))
            return redirect("settings_list")
    choices = {choice.name: choice for choice in queries.choices(plugin=plugin)}
    context = {
        "plugin": plugin,
        "schema": schema,
        "form": form,
        "seen": field_of(
            sent=request.POST.get(SEEN), current=queries.version(plugin=plugin), is_told=is_told
        ),
        "fields": [(field, choices[field.name]) for field in form],
        "history": queries.history(plugin=plugin),
    }
    return render(request, "preferences/page.html", context, status=422 if form.errors else 200)


@requires(CHANGE_SETTINGS)
@require_POST
def settings_restore(request: HttpRequest, plugin: str, change_id: int) -> HttpResponse:
    """Choose again what stood before a change."""
    changed = services.restore(plugin=plugin, change_id=change_id, actor=actor_of(request), now=clock.now())
    messages.success(request, _("前の設定に戻しました。") if changed else _("変更はありませんでした。"))
    return redirect("settings_page", plugin)
