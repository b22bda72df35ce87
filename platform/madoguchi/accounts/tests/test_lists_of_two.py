"""Saved views and undo stay in their city, whatever is sent to another."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from madoguchi.accounts.models import SavedView
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.accounts.tests.test_lists import save_view, ticket, undo_address
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_of_one_city_is_saved_shown_or_undone_in_another(home: City, stranger: City) -> None:
    with in_city(home):
        mine = sign_in(
            Client(headers={"host": urlsplit(home.staff_url).netloc}),
            StaffFactory.create(roles=["city_admin"]),
        )
    with in_city(stranger):
        theirs = sign_in(
            Client(headers={"host": urlsplit(stranger.staff_url).netloc}),
            StaffFactory.create(roles=["city_admin"]),
        )
    save_view(mine, query="state=active", name="うちの町だけ", shared="on")
    with in_city(home):
        view = SavedView.objects.get()
    assert "うちの町だけ" not in theirs.get("/staff/").content.decode()
    assert theirs.get(f"/lists/views/{view.id}/").status_code == 404
    page = mine.get("/staff/").content.decode()
    assert theirs.post("/lists/views/", {"ticket": ticket(page), "name": "x"}).status_code == 404
    gone = mine.post(f"/lists/views/{view.id}/delete/", {"next": "/staff/"}, follow=True).content.decode()
    theirs.post(undo_address(gone))
    with in_city(home):
        assert SavedView.objects.get().deleted_at is not None
    mine.post(undo_address(gone))
    with in_city(home):
        assert SavedView.objects.get().deleted_at is None
