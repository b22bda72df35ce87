"""What a city tells those who book stands on their way, at their place, in its period, and in their mail."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.announcements import services as announcements
from madoguchi.announcements.memory import memory
from madoguchi.announcements.models import Announcement
from madoguchi.hooks.contracts.bookings import PickupBooked
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.notifications import keeping
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.notifications.services import SEALED_AT
from madoguchi.places.models import Place
from madoguchi.preferences import services as preferences
from madoguchi.testing.factories import StaffFactory, sign_in
from plugins.card_reservation.models import PICKUP_ID
from plugins.card_reservation.queries.services import code_of
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_letters import hear
from plugins.card_reservation.tests.way import confirm, token_in_mail, walk_to_check

pytestmark = pytest.mark.django_db
MINUTES = "%Y-%m-%dT%H:%M"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    memory.forget()
    yield
    memory.forget()


@pytest.fixture
def admin() -> Client:
    """The browser of the city's administrator."""
    return sign_in(
        Client(headers={"host": "staff.midori.localhost"}), StaffFactory.create(roles=["city_admin"])
    )


@pytest.fixture
def tell(admin: Client) -> Callable[..., None]:
    """Announce something by the form of staff."""

    def send(heading: str, *, days: int = 7, **target: str) -> None:
        now = clock.local(clock.now())
        period = {
            "starts_at": (now - timedelta(minutes=1)).strftime(MINUTES),
            "ends_at": (now + timedelta(days=days)).strftime(MINUTES),
        }
        sent = {"heading": heading, "then": "publish", **period, **target}
        assert admin.post("/announcements/booking/new/", sent).status_code == 302

    return send


@pytest.mark.req("NAN-43")
def test_announcements_have_a_period_a_target_and_a_place_and_each_class_its_time_of_keeping(
    tell: Callable[..., None],
    resident: Client,
    people: People,
    hall: Place,
    free_slots: Callable[[int], list[Any]],
    now: Any,
) -> None:
    annex = Place.objects.get(code="annex")
    tell("予約する前に読む", is_before="on")
    tell("本庁舎の工事", is_before="on", place=str(hall.id))
    tell("別館の工事", is_before="on", is_after="on", is_mailed="on", place=str(annex.id))
    tell("予約した後に読む", is_after="on", is_mailed="on", days=3)
    # Before: what concerns everybody from the first page, what concerns a place once it is chosen.
    first = resident.get("/booking/").content.decode()
    assert "予約する前に読む" in first
    assert "工事" not in first
    check = walk_to_check(resident, people, hall.id, free_slots(1)[0].id)
    for page in (check, resident.get("/booking/time/").content.decode()):
        assert "予約する前に読む" in page
        assert "本庁舎の工事" in page
        assert "別館の工事" not in page
        assert "予約した後に読む" not in page
    # After: on the last page, on the booking's own page, in the mail.
    done = resident.get(confirm(resident, check)["Location"]).content.decode()
    hear(PickupBooked, now)
    manage = f"/booking/manage/{token_in_mail('manage')}/"
    for page in (done, resident.get(manage).content.decode(), mailed()):
        assert "予約した後に読む" in page
        assert "予約する前に読む" not in page
        assert "別館の工事" not in page
    # Its period ends by itself.
    with clock.frozen_at(now + timedelta(days=4)):
        assert "予約した後に読む" not in resident.get(manage).content.decode()
    _each_class_is_kept_as_long_as_the_city_chose(now)


def _each_class_is_kept_as_long_as_the_city_chose(now: Any) -> None:
    keep("madoguchi.announcements", {"booking_months": 1, "emergency_months": 6})
    keep("madoguchi.notifications", {"sent_months": 2, "undelivered_months": 4})
    Delivery.objects.update(state=DeliveryState.SENT, settled_at=now)
    assert announcements.purge(now=now + timedelta(days=30)) == 0
    assert announcements.purge(now=now + timedelta(days=40)) == 4
    assert not Announcement.objects.exists()
    assert keeping.purge(now=now + timedelta(days=60)) == 0
    assert keeping.purge(now=now + timedelta(days=63)) == 2


def keep(plugin: str, months: dict[str, int]) -> None:
    preferences.change(plugin=plugin, values=months, actor=SYSTEM, now=clock.now())


def mailed() -> str:
    """Read what the confirmation says in the place of announcements."""
    delivery = Delivery.objects.get(kind="card_reservation.booked")
    sealed = vault.open_sealed(sealed=bytes(delivery.sealed), place=SEALED_AT, row=delivery.id)
    values: Any = sealed["values"]
    return str(values["announcement"])


def test_without_an_announcement_the_mail_has_no_gap() -> None:
    from madoguchi.notifications import kinds, rendering

    kind = kinds.find("card_reservation.booked")
    values = rendering.sample_values(kind=kind, language="ja") | {"announcement": ""}
    wording = rendering.default_wording(kind=kind, language="ja")
    assert "\n\n\n" not in rendering.render(wording=wording, values=values, language="ja").text


def test_a_note_for_one_service_is_read_by_those_who_book_it_alone(
    tell: Callable[..., None],
    admin: Client,
    resident: Client,
    people: People,
    hall: Place,
    free_slots: Callable[[int], list[Any]],
    now: Any,
) -> None:
    code = code_of(PICKUP_ID)
    tell("受け取る方へ", is_before="on", is_mailed="on", service=code)
    other = Announcement.objects.get()
    Announcement.objects.create(
        kind="booking",
        is_before=True,
        is_mailed=True,
        service="another_service",
        heading="別の用件の方へ",
        starts_at=other.starts_at,
        ends_at=other.ends_at,
        made_at=now,
        made_by="管理",
    )
    memory.forget()
    first = resident.get("/booking/").content.decode()
    assert "受け取る方へ" in first
    assert "別の用件" not in first
    check = walk_to_check(resident, people, hall.id, free_slots(1)[0].id)
    assert "受け取る方へ" in check
    confirm(resident, check)
    hear(PickupBooked, now)
    assert "受け取る方へ" in mailed()
    assert "別の用件" not in mailed()
    page = admin.post("/announcements/booking/new/", {"service": "no_such_service"}).content.decode()
    assert "対象の用件" in page
