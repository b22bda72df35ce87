"""What these tests share: the people and places of a booking, and an editor who publishes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cms.documents import LegalPage
from cms.services.editors import let_edit
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import StaffFactory
from plugins.card_reservation.tests.conftest import clerk, free_slots, hall, now, people, resident

__all__ = ["clerk", "free_slots", "hall", "now", "people", "resident"]


@pytest.fixture
def editor(db: None) -> Staff:
    """Somebody who may publish pages."""
    staff: Staff = StaffFactory.create(name="編集 者", roles=["city_admin"])
    let_edit(staff=staff)
    return Staff.objects.get(pk=staff.pk)


@pytest.fixture
def publish(editor: Staff) -> Callable[..., LegalPage]:
    """Publish a legal page with other words, as the editor's button does."""

    def press(
        document: str,
        *,
        words: str,
        effective_on: date | None = None,
        needs_consent: bool = False,
        language: str = "ja",
    ) -> LegalPage:
        page: Any = LegalPage.objects.get(document=document, locale__language_code=language)
        page.body = [("text", f"<p>{words}</p>")]
        page.effective_on = effective_on or page.effective_on
        page.needs_consent = needs_consent
        page.full_clean()
        page.save_revision(user=editor).publish(user=editor)
        page.refresh_from_db()
        assert isinstance(page, LegalPage)
        return page

    return press
