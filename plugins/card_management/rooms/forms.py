"""What the plug-in contributes for filled forms and printed letters: see rooms/__init__.py for the names."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.values import NavigationItem, Schedule
from plugins.card_management.declarations import forms as declared
from plugins.card_management.queries import forms as queries
from plugins.card_management.rules.forms_numbers import line_of
from plugins.card_management.services import forms_letters, forms_privacy
from plugins.card_management.views.parts import CardPart

PERMISSIONS: Final = declared.PERMISSIONS
AUDIT_PHRASES: Final = declared.AUDIT_PHRASES
TRIAL_DATA: Final = forms_privacy.TRIAL_DATA
DATA_CLASSES: Final = forms_privacy.DATA_CLASSES
SCHEDULES: Final = (
    Schedule(name="card_management.forget_letters", task="card_management.forget_letters", at="35 3 * * *"),
)
held_about = forms_privacy.held_about
erase_held = forms_privacy.erase_held


def card_of_letter(*, code: str) -> Iterable[UUID]:
    """Name the card behind the bars of a letter."""
    line = line_of(code)
    card = forms_letters.card_of_number(line) if line is not None else None
    return () if card is None else (card,)


CODE_READERS: Final = (card_of_letter,)


def card_parts(request: HttpRequest, card_id: UUID) -> Iterable[CardPart]:
    """Show the forms and letters of a card on its page."""
    yield CardPart(
        template="card_management/forms/of_card.html",
        permission=declared.VIEW_FORMS,
        context={
            "card_id": card_id,
            "records": queries.records_of_card(card_id=card_id, eyes=eyes_of(request)),
            "letters": queries.letters_of_card(card_id=card_id),
            "may_make": request.user.has_permission(declared.MAKE_FORMS),  # type: ignore[union-attr]
            "may_print": request.user.has_permission(declared.PRINT_LETTERS),  # type: ignore[union-attr]
        },
        order=300,
    )


CARD_PARTS: Final = (card_parts,)


def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    """Lead to forms, letters and their layouts."""
    work, city = _("日々の業務"), _("設定")
    return (
        NavigationItem(
            label=_("申請書"),
            url_name="cards:forms_index",
            permission=declared.VIEW_FORMS,
            section=work,
            order=230,
        ),
        NavigationItem(
            label=_("通知書・宛名の印刷"),
            url_name="cards:letters_index",
            permission=declared.VIEW_FORMS,
            section=work,
            order=235,
        ),
        NavigationItem(
            label=_("申請書・通知書の様式"),
            url_name="cards:forms_layouts",
            permission=declared.CHANGE_LAYOUTS,
            section=city,
            order=235,
        ),
    )
