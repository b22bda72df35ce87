"""Readings for a page of plain Japanese: suggested as a draft that the editor corrects and publishes."""

from typing import Any

from django.contrib import messages
from django.db.models import CharField, TextField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.fields import StreamField
from wagtail.models import Page

from madoguchi.web.languages import EASY
from madoguchi.words import reading, ruby

ACTION = "action-readings"


class SuggestReadings(ActionMenuItem):
    """Keep a draft and put readings into it."""

    label = gettext_lazy("下書きに保存して、ふりがなを付ける")
    name = ACTION
    icon_name = "edit"
    order = 15

    def is_shown(self, context: Any) -> bool:
        """Offer it where plain Japanese is written and nobody has locked the page."""
        page = context.get("page") or context.get("parent_page")
        is_easy = page is not None and page.locale.language_code == EASY
        return is_easy and bool(super().is_shown(context))


def add_readings(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Put suggested readings into the draft that was just kept, and lead back to it."""
    if ACTION not in request.POST:
        return None
    try:
        draft = with_readings(page.get_latest_revision_as_object())
    except reading.Unavailable:
        messages.warning(
            request, _("ふりがなの候補を出せません。「漢字《かんじ》」のように、手で入力してください。")
        )
    else:
        draft.save_revision(user=request.user, log_action=True)
        messages.success(request, _("ふりがなの候補を入れました。正しいか確かめてから公開してください。"))
    return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))


def with_readings(page: Page) -> Page:
    """Suggest readings for every text of a page that its editor writes.

    Raises Unavailable.
    """
    own = page.specific_class._meta.local_fields
    for field in own:
        if isinstance(field, StreamField):
            value = getattr(page, field.name)
            setattr(page, field.name, field.to_python(_read_all(list(value.raw_data))))
        elif isinstance(field, CharField | TextField):
            setattr(page, field.name, _fitting(getattr(page, field.name), field.max_length))
    return page


def _read_all(raw: Any) -> Any:
    """Go down through blocks; identifiers and addresses hold no kanji and stay."""
    if isinstance(raw, str):
        return _fitting(raw, None)
    if isinstance(raw, dict):
        return {key: value if key in {"id", "type"} else _read_all(value) for key, value in raw.items()}
    return [_read_all(value) for value in raw] if isinstance(raw, list | tuple) else raw


def _fitting(text: str, longest: int | None) -> str:
    """Suggest readings unless the field has no room for them."""
    if not text or not ruby.RUN.search(text):
        return text
    suggested = reading.suggest(text=text)
    return text if longest and len(suggested) > longest else suggested
