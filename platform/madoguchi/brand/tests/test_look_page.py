"""The page on which a city's administrator chooses how the city looks."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.brand import queries
from madoguchi.brand.declarations import CHANGED, RESTORED
from madoguchi.brand.memory import memory
from madoguchi.brand.models import Logo, Look
from madoguchi.brand.tests import samples
from madoguchi.ledger.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
STAFF = "staff.midori.localhost"
RESIDENT = "midori.localhost"
PAGE = "/brand/"
CHOICE = {
    "hue": "purple",
    "mark": "sun",
    "contact": "市民課 カード係",
    "contact_en": "Card Desk",
    "contact_ja_easy": "カードの かかり",
    "phone": "０９４２-30-9000",
    "hours": "平日 9時から17時まで",
    "hours_en": "Weekdays, 9:00 to 17:00",
    "hours_ja_easy": "月曜日から 金曜日",
    "logo_alt": "みどり市の市章",
    "logo_alt_en": "Emblem of Midori City",
}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Any:
    memory.forget()
    yield
    memory.forget()


@pytest.fixture
def admin(client: Client) -> Client:
    """A browser of the city's administrator."""
    client.defaults["HTTP_HOST"] = STAFF
    return sign_in(client, StaffFactory.create(city_admin=True))


def upload(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def choose(admin: Client, *, then: str = "publish", **given: Any) -> Any:
    return admin.post(PAGE, {**CHOICE, **given, "then": then})


def front(client: Client, path: str = "/") -> str:
    return client.get(path, headers={"host": RESIDENT}).content.decode()


def header(html: str) -> str:
    found = re.search(r"<header.*?</header>", html, re.DOTALL)
    assert found
    return found[0]


@pytest.mark.req("NAN-41")
@pytest.mark.parametrize("kind", ["png", "svg"])
def test_an_administrator_puts_the_citys_logo_into_every_header(admin: Client, kind: str) -> None:
    content = samples.picture() if kind == "png" else samples.DRAWING
    # Without words for those who do not see it there is no logo.
    refused = choose(admin, logo=upload(content, f"logo.{kind}"), logo_alt="")
    assert refused.status_code == 422
    assert "説明を入力してください" in refused.content.decode()
    # First on a phone, for the administrator alone.
    assert choose(admin, then="preview", logo=upload(content, f"logo.{kind}")).status_code == 302
    page = admin.get(PAGE)
    assert re.search(r'<iframe[^>]* src="/brand/preview/\?in=ja"[^>]* width="390"', page.content.decode())
    assert "みどり市の市章" in header(admin.get("/brand/preview/").content.decode())
    assert "みどり市の市章" not in front(admin)
    # Then for everybody.
    assert choose(admin).status_code == 302
    shown = header(front(admin))
    assert 'alt="みどり市の市章"' in shown
    address = re.search(rf'src="(/brand/logo/[0-9a-f]+\.{kind})"', shown)
    assert address
    assert address[1] in header(admin.get("/").content.decode())
    # What could run or is far too large is refused, and what everybody sees stays.
    for inside in samples.HOSTILE.values():
        answer = choose(admin, logo=upload(samples.drawing(inside), "logo.svg"))
        assert answer.status_code == 422
        assert "このSVGには" in answer.content.decode()
    for megabytes in (2, 10, 25):
        answer = choose(admin, logo=upload(content + b"\0" * megabytes * 1024 * 1024, f"logo.{kind}"))
        assert answer.status_code == 422
        assert "1MBまで" in answer.content.decode()
    assert header(front(admin)) == shown
    assert Logo.objects.count() == 1


def test_a_logo_is_served_so_that_it_never_runs(admin: Client, client: Client) -> None:
    choose(admin, logo=upload(samples.DRAWING, "logo.svg"))
    name = Logo.objects.get().name
    for host in (STAFF, RESIDENT):
        answer = Client().get(f"/brand/logo/{name}", headers={"host": host})
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/svg+xml"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in answer["Cache-Control"]
        assert not answer.cookies
    assert Client().get("/brand/logo/other.svg", headers={"host": RESIDENT}).status_code == 404


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (samples.picture(kind="JPEG"), "photo.jpg"),
        (samples.picture(kind="JPEG"), "renamed.png"),
        (samples.ENTITIES, "logo.svg"),
        (b"", "logo.png"),
    ],
    ids=["a jpeg", "a renamed jpeg", "entities", "nothing"],
)
def test_what_is_no_logo_is_refused_in_words(admin: Client, content: bytes, name: str) -> None:
    answer = choose(admin, logo=upload(content, name))
    assert answer.status_code == 422
    assert 'href="#id_logo"' in answer.content.decode()
    assert not Look.objects.exists()


def test_colour_and_contacts_are_seen_by_residents_in_their_language(admin: Client) -> None:
    choose(admin)
    assert 'data-brand="purple"' in front(admin)
    assert "0942-30-9000" in front(admin)
    assert "Card Desk" in front(admin, "/en/")
    assert "カードの かかり" in front(admin, "/ja-easy/")


def test_a_draft_is_seen_by_nobody_else_and_can_be_thrown_away(admin: Client) -> None:
    choose(admin, then="preview")
    assert 'data-brand="green"' in front(admin)
    assert 'data-brand="purple"' in admin.get("/brand/preview/").content.decode()
    assert "まだ公開していない下書きがあります" in admin.get(PAGE).content.decode()
    admin.post("/brand/discard/")
    assert queries.draft() is None
    assert 'data-brand="green"' in admin.get("/brand/preview/").content.decode()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Card Desk"), ("ja-easy", "カードの かかり"), ("xx", "市民課 カード係")]
)
def test_the_preview_speaks_the_languages_of_residents(admin: Client, language: str, words: str) -> None:
    choose(admin, then="preview")
    answer = admin.get(f"/brand/preview/?in={language}")
    html = answer.content.decode()
    assert words in html
    assert "inert" in html
    assert "<c-" not in html
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]


def test_only_the_preview_may_be_framed_and_only_its_page_may_frame(admin: Client) -> None:
    assert "frame-src 'self'" in admin.get(PAGE)["Content-Security-Policy"]
    for path in (PAGE, "/"):
        assert "frame-ancestors 'none'" in admin.get(path)["Content-Security-Policy"]
    assert "frame-src" not in admin.get("/")["Content-Security-Policy"]


def test_a_former_look_comes_back_and_everything_is_written_down(admin: Client) -> None:
    choose(admin, logo=upload(samples.picture()))
    choose(admin, hue="orange", without_logo="on")
    assert "/brand/logo/" not in header(front(admin))
    former = queries.history()[1]
    admin.post(f"/brand/restore/{former.id}/")
    assert 'data-brand="purple"' in front(admin)
    assert "/brand/logo/" in header(front(admin))
    admin.post("/brand/first/")
    assert 'data-brand="green"' in front(admin)
    assert "000-0000-0001" in front(admin)
    actions = list(AuditEntry.objects.filter(object_type="brand.look").values_list("action", flat=True))
    assert sorted(actions) == sorted([CHANGED, CHANGED, RESTORED, RESTORED])
    assert admin.post("/brand/restore/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_the_same_look_again_is_no_change(admin: Client) -> None:
    choose(admin)
    choose(admin)
    assert Look.objects.count() == 1


def test_a_phone_number_that_nobody_can_dial_is_refused(admin: Client) -> None:
    assert choose(admin, phone="市役所へ").status_code == 422


def test_who_may_not_change_the_look_sees_none_of_its_pages(client: Client) -> None:
    client.defaults["HTTP_HOST"] = STAFF
    clerk = sign_in(client, StaffFactory.create(counter_clerk=True))
    assert clerk.get(PAGE).status_code == 403
    assert clerk.get("/brand/preview/").status_code == 403
    assert choose(clerk).status_code == 403


def test_a_page_asks_no_table_for_the_look_once_it_is_known(
    admin: Client, django_assert_num_queries: Any, home: Any
) -> None:
    choose(admin)
    queries.brand_of(home, may_ask=True)
    with django_assert_num_queries(0):
        assert queries.brand_of(home, may_ask=True)["hue"] == "purple"


def test_at_a_closed_door_nothing_is_asked(home: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert queries.brand_of(home, may_ask=False) == home.brand
