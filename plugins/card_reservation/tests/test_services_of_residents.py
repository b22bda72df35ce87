"""What are you coming for? One service is never asked about, several are, and each keeps its own rules."""

import re

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.notifications.models import Delivery
from madoguchi.places.models import Place
from plugins.card_reservation import queries
from plugins.card_reservation.models import PICKUP_ID, Booking, PlaceRules, Service, Slot
from plugins.card_reservation.services import booking, parties
from plugins.card_reservation.services.links import new_manage_token
from plugins.card_reservation.services.refusals import PartyTooLarge
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.services.verification import VerifiedPickup
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import CLERK, request_for
from plugins.card_reservation.tests.test_kiosk_services import sunday
from plugins.card_reservation.tests.way import confirm, identify, token_in_mail

__all__ = ["sunday"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def renewal(hall: Place) -> Service:
    """A second service at the hall, with slots of its own, for whoever has an address."""
    made = Service.objects.create(
        code="renewal", name="電子証明書の更新", name_en="Renew certificates", identity="none", order=5
    )
    PlaceRules.objects.create(
        place=hall, service=made, capacity=2, unit_minutes=15, earliest_open_days_residents=1, max_party=3
    )
    open_slots(now=clock.now())
    return made


def test_a_city_with_one_service_never_asks(resident: Client, hall: Place) -> None:
    assert resident.get("/booking/").status_code == 200
    # Whoever follows an old link finds the one service chosen already.
    assert "checked" in resident.get("/booking/service/").content.decode()


def test_a_service_that_has_no_place_is_not_offered(resident: Client, hall: Place) -> None:
    Service.objects.create(code="empty", name="空", identity="none")
    assert resident.get("/booking/").status_code == 200


def test_with_two_services_the_way_begins_with_the_question(
    resident: Client, people: People, renewal: Service
) -> None:
    assert resident.get("/booking/").url == "/booking/service/"  # type: ignore[attr-defined]
    page = resident.get("/booking/service/").content.decode()
    assert "電子証明書の更新" in page
    assert re.search(r'<option value="2"[^>]*>2人</option>', page)
    assert resident.post("/booking/service/", {"service": "nothing"}).status_code == 422
    assert resident.post("/booking/service/", {}).status_code == 422
    answer = resident.post("/booking/service/", {"service": "pickup"})
    assert answer.url == "/booking/"  # type: ignore[attr-defined]
    assert resident.get("/booking/").status_code == 200


def walk(resident: Client, hall: Place, renewal: Service, *, people: int = 2) -> str:
    """Walk up to the last button of a renewal, by the link of the mail."""
    sent = {"service": "renewal", "people": str(people)}
    assert resident.post("/booking/service/", sent).url == "/booking/mail/"  # type: ignore[attr-defined]
    assert resident.post("/booking/mail/", {"email": "hanako@example.jp"}).status_code == 303
    link = f"/booking/start/{token_in_mail('start')}/"
    begun = resident.get(link).content.decode()
    assert "電子証明書の更新" in begun
    assert "家族のカードも" not in begun
    assert "受け取る場所" not in begun
    assert resident.post(link, {"place": str(hall.id), "agreed": "on"}).status_code == 303
    now = clock.now()
    slot = queries.nearest_free(
        place_id=hall.id,
        after=now,
        party_size=people,
        now=now,
        audience=queries.Asking("resident", renewal.id),
    )[0]
    assert resident.get("/booking/time/").status_code == 200
    assert resident.post("/booking/time/", {"slot": str(slot.id)}).status_code == 303
    page = resident.get("/booking/check/").content.decode()
    assert "電子証明書の更新" in page
    assert "交付通知書の番号" not in page
    assert "手続きの案内（封書やはがきが届いた方）" in page, "what is ticked must be there to read"
    return page


def test_a_renewal_is_booked_with_an_address_alone_and_once(
    resident: Client, hall: Place, renewal: Service
) -> None:
    last = walk(resident, hall, renewal)
    assert confirm(resident, last).status_code == 303
    made = Booking.objects.get()
    assert (made.slot.service_id, made.party_size) == (renewal.id, 2)
    other = Client(headers={"host": "midori.localhost"})
    refused = confirm(other, walk(other, hall, renewal))
    assert "すでに予約があります" in refused.content.decode()
    assert Booking.objects.count() == 1


def test_no_page_of_a_renewal_speaks_of_a_card_to_pick_up(
    resident: Client, hall: Place, renewal: Service
) -> None:
    by_phone = Client(headers={"host": "midori.localhost"})
    by_phone.post("/booking/service/", {"service": "renewal"})
    told = by_phone.get("/booking/phone/").content.decode()
    assert "電子証明書の更新" in told
    assert "交付通知書（番号" not in told
    done = confirm(resident, walk(resident, hall, renewal)).url
    page = resident.get(done).content.decode()
    assert "上の持ち物を忘れずに" in page
    assert "交付通知書と本人確認書類" not in page


def page_of(made: Booking) -> str:
    """Write the secret link of a mail about a booking."""
    contact, until = made.contact_id, made.slot.ends_at
    token = new_manage_token(booking_id=made.id, contact_id=contact, until=until, now=clock.now())
    return f"/booking/manage/{token}/"


def test_the_page_of_a_booking_speaks_of_its_service_on_every_device(
    resident: Client, hall: Place, renewal: Service
) -> None:
    done = confirm(resident, walk(resident, hall, renewal)).url
    # Neither of them began anything here, so no cookie tells of the service.
    for path in (page_of(Booking.objects.get()), done):
        page = Client(headers={"host": "midori.localhost"}).get(path).content.decode()
        assert "電子証明書の更新" in page, path
        assert "家族を加える" not in page, path
        assert "質問に答えて" not in page, path
        assert "交付通知書と本人確認書類" not in page, path


def test_a_slot_of_another_service_is_not_to_be_had(hall: Place, renewal: Service, people: People) -> None:
    now = clock.now()
    foreign = Slot.objects.filter(service=renewal, starts_at__gt=now).order_by("-starts_at").first()
    assert foreign is not None
    with pytest.raises(booking.SlotClosed):
        booking.book(request=request_for(foreign.id, PICKUP_ID, channel="phone"), actor=CLERK, now=now)


def test_whoever_showed_no_notice_gets_nowhere_near_a_service_that_asks_for_one(
    resident: Client, hall: Place, renewal: Service
) -> None:
    resident.post("/booking/service/", {"service": "renewal", "people": "2"})
    resident.post("/booking/service/", {"service": "pickup"})
    assert resident.post("/booking/mail/", {"email": "hanako@example.jp"}).status_code == 410
    assert not Delivery.objects.exists()
    # Neither does a link that an address was enough for.
    walk(resident, hall, renewal)
    resident.post("/booking/service/", {"service": "pickup"})
    assert resident.get("/booking/place/").status_code == 410
    assert resident.get("/booking/").status_code == 200


def test_a_family_comes_together_on_whichever_day_cards_are_handed_over(
    resident: Client, people: People, hall: Place, sunday: Service
) -> None:
    for person in (("ABC123456", "0229"), ("DEF222222", "0505"), ("GHI333333", "0601")):
        people.add(*person)
    resident.post("/booking/service/", {"service": "sunday"})
    identify(resident)
    resident.post("/booking/mail/", {"email": "hanako@example.jp"})
    link = f"/booking/start/{token_in_mail('start')}/"
    assert "家族のカードも一緒に受け取る" in resident.get(link).content.decode()
    begun = resident.post(link, {"place": str(hall.id), "agreed": "on", "family": "1"})
    assert begun["Location"] == "/booking/family/"
    taro = {"reference": "DEF-222222", "month": "5", "day": "5"}
    assert resident.post("/booking/family/", taro)["Location"] == "/booking/place/"
    found = resident.get("/booking/household/").context["chances"][0][0].slots[0]
    assert Slot.objects.get(pk=found.id).service_id == sunday.id
    assert resident.post("/booking/household/", {"slot": str(found.id)}).status_code == 303
    assert confirm(resident, resident.get("/booking/check/").content.decode()).status_code == 303
    made = Booking.objects.get()
    assert (made.slot.service_id, made.party_size) == (sunday.id, 2)
    # From another telephone: the page knows the service by its booking, and its own limit of a party.
    other = Client(headers={"host": "midori.localhost"})
    mine = page_of(made)
    assert "家族を加える" in other.get(mine).content.decode()
    party = other.get(f"{mine}family/").content.decode()
    assert "一度に予約できるのは、2人までです" in party
    third = VerifiedPickup(pickup=people.add("JKL444444", "0701"), reference="")
    with pytest.raises(PartyTooLarge):
        parties.add(booking_id=made.id, person=third, actor=CLERK, now=clock.now())
