"""Two cities with identical keys: nothing of one works or shows in the other.

Every refusal has its positive control, or a typing mistake would pass for safety.
"""

import re
import uuid
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from madoguchi import clock
from madoguchi.accounts import services as accounts
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory, sign_in
from madoguchi.ledger import vault
from madoguchi.residents import services as residents
from madoguchi.tenancy import City, in_city
from madoguchi.web import signing

pytestmark = pytest.mark.django_db(transaction=True)
SAME_ID = uuid.UUID("11111111-1111-4111-8111-111111111111")
CODE = "S00001"
NEW_PASSWORD = "another-long-password-7"
START = "card_reservation.start"
# Which cities exist, what was agreed and how they fare: no table here may hold a resident's data.
PUBLIC_TABLES = {
    "django_migrations",
    "tenants_bookingdatachoice",
    "tenants_city",
    "tenants_cityerasure",
    "tenants_contract",
    "tenants_contractalert",
    "tenants_domain",
    "tenants_fleetrun",
    "tenants_fleetstep",
    "tenants_outageofcity",
    "tenants_registercheck",
    "tenants_registerentry",
    "tenants_plannedoutage",
    "tenants_pluginswitch",
    "tenants_provisioningrequest",
    "tenants_schemaversion",
    "tenants_watchday",
    "tenants_watchsweep",
}


@pytest.fixture
def twins(home: City, stranger: City) -> tuple[Staff, Staff]:
    """The same person by every key in both cities: id, staff code, password hash."""
    with in_city(home):
        first = StaffFactory.create(id=SAME_ID, staff_code=CODE, name="ZZ-HOME", roles=["city_admin"])
    with in_city(stranger):
        second = StaffFactory.create(
            id=SAME_ID, staff_code=CODE, name="ZZ-STRANGER", password=first.password, roles=["city_admin"]
        )
    return first, second


def staff_host(city: City) -> dict[str, str]:
    """Name the staff host of a city."""
    return {"host": city.staff_url.removeprefix("http://").split(":")[0]}


def resident_host(city: City) -> dict[str, str]:
    """Name the resident host of a city."""
    return {"host": city.resident_url.removeprefix("http://").split(":")[0]}


def staff_home(client: Client, city: City) -> Any:
    """Open the staff home of a city."""
    return client.get("/", headers=staff_host(city))


def test_a_login_cookie_is_no_login_elsewhere(home: City, stranger: City, twins: tuple[Staff, Staff]) -> None:
    client = Client()
    with in_city(home):
        sign_in(client, twins[0])
    assert "ZZ-HOME" in staff_home(client, home).content.decode()
    elsewhere = staff_home(client, stranger)
    assert elsewhere.status_code == 302
    assert "/sign-in/" in elsewhere["Location"]


def test_a_session_row_copied_to_another_city_is_thrown_away(
    home: City, stranger: City, twins: tuple[Staff, Staff]
) -> None:
    """Even with the same session key, hash and person in both schemas the session is bound to its city."""
    client = Client()
    with in_city(home):
        sign_in(client, twins[0])
        row = Session.objects.get(session_key=client.session.session_key)
        copied = (row.session_key, row.session_data, row.expire_date)
    with in_city(stranger):
        Session.objects.create(session_key=copied[0], session_data=copied[1], expire_date=copied[2])
    assert staff_home(client, home).status_code == 200
    assert staff_home(client, stranger).status_code == 302


def test_a_reset_code_resets_nothing_elsewhere(
    home: City, stranger: City, twins: tuple[Staff, Staff]
) -> None:
    with in_city(home):
        code = accounts.issue_reset_code(
            staff_id=SAME_ID, actor=accounts.staff_actor(twins[0]), now=clock.now()
        )

    def reset(city: City) -> bool:
        Client().post(
            "/sign-in/reset/",
            {"reset_code": code, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD},
            headers=staff_host(city),
        )
        with in_city(city):
            return Staff.objects.get(pk=SAME_ID).check_password(NEW_PASSWORD)

    assert not reset(stranger)
    with in_city(stranger):
        assert Staff.objects.get(pk=SAME_ID).check_password(PASSWORD)
    assert reset(home)


def test_a_signed_value_is_not_believed_elsewhere(home: City, stranger: City) -> None:
    now, minute = clock.now(), timedelta(minutes=1)
    with in_city(home):
        token = signing.sign({"resident": "4711"}, purpose="booking", now=now)
        assert signing.read(token, purpose="booking", max_age=timedelta(minutes=1), now=now) == {
            "resident": "4711"
        }
        with pytest.raises(signing.BadToken):
            signing.read(token, purpose="other", max_age=timedelta(minutes=1), now=now)
        with pytest.raises(signing.BadToken):
            signing.read(
                token, purpose="booking", max_age=timedelta(minutes=1), now=now + timedelta(minutes=2)
            )
    with in_city(stranger), pytest.raises(signing.BadToken):
        signing.read(token, purpose="booking", max_age=minute, now=now)


def test_a_mailed_link_opens_nothing_elsewhere(home: City, stranger: City) -> None:
    now = clock.now()
    with in_city(home):
        contact = residents.contact_for(email="zz-home@example.jp", language="ja", now=now)
        token = residents.issue(
            purpose=START,
            contact_id=contact,
            expires_at=now + timedelta(hours=1),
            now=now,
            payload={"pickups": [[str(SAME_ID), "ABC123456"]]},
        )
        assert residents.peek(token=token, purpose=START, now=now).contact_id == contact
    with in_city(stranger), pytest.raises(residents.LinkUnknown):
        residents.peek(token=token, purpose=START, now=now)
    address = f"/booking/start/{token}/"
    assert Client().get(address, headers=resident_host(home)).status_code == 200
    assert Client().get(address, headers=resident_host(stranger)).status_code == 404


def test_a_cached_value_is_not_seen_elsewhere(home: City, stranger: City) -> None:
    with in_city(home):
        cache.set("calendar", "ZZ-HOME", 30)
        assert cache.get("calendar") == "ZZ-HOME"
    with in_city(stranger):
        assert cache.get("calendar") is None


def test_a_file_is_not_served_elsewhere(home: City, stranger: City) -> None:
    with in_city(home):
        name = default_storage.save("map.txt", ContentFile("ZZ-HOME"))
        address = default_storage.url(name)
    served: Any = Client().get(address, headers=resident_host(home))
    assert served.status_code == 200, served
    assert b"".join(served.streaming_content) == b"ZZ-HOME"
    for path in (
        address,
        f"/media/{home.uuid}/{name}",
        f"/media/../{home.uuid}/{name}",
        f"/media/%2e%2e/{home.uuid}/{name}",
    ):
        assert Client().get(path, headers=resident_host(stranger)).status_code == 404
    assert (Path(settings.MEDIA_ROOT) / str(home.uuid) / name).exists()


def test_a_message_is_not_shown_elsewhere(home: City, stranger: City, twins: tuple[Staff, Staff]) -> None:
    """A message waits in the session, and the session lives in one city."""
    assert settings.MESSAGE_STORAGE == "django.contrib.messages.storage.session.SessionStorage"
    client = Client()
    with in_city(home):
        sign_in(client, twins[0])
        session = client.session
        session["_messages"] = '[["__json_message",0,25,"ZZ-MESSAGE",""]]'
        session.save()
    other = Client()
    other.cookies = deepcopy(client.cookies)
    assert "ZZ-MESSAGE" not in staff_home(other, stranger).content.decode()
    assert "ZZ-MESSAGE" in staff_home(client, home).content.decode()


def test_a_sealed_value_opens_only_in_its_city_column_and_row(home: City, stranger: City) -> None:
    with in_city(home):
        sealed = vault.seal(fields={"name": "ZZ-HOME"}, place="card.sealed", row=SAME_ID)
        index = vault.blind_index(value="ABC123456", purpose="reference")
        assert vault.open_sealed(sealed=sealed, place="card.sealed", row=SAME_ID) == {"name": "ZZ-HOME"}
        with pytest.raises(vault.SealBroken):
            vault.open_sealed(sealed=sealed, place="card.other", row=SAME_ID)
        with pytest.raises(vault.SealBroken):
            vault.open_sealed(sealed=sealed, place="card.sealed", row=uuid.uuid4())
    with in_city(stranger):
        assert vault.blind_index(value="ABC123456", purpose="reference") != index
        with pytest.raises(vault.SealBroken):
            vault.open_sealed(sealed=sealed, place="card.sealed", row=SAME_ID)


def test_hosts_of_one_zone_serve_nothing_of_the_other(home: City, twins: tuple[Staff, Staff]) -> None:
    client = Client()
    with in_city(home):
        sign_in(client, twins[0])
    for path in ("/sign-in/", "/reservations/", "/cards/", "/audit/", "/cms/", "/api/v1/schema/"):
        assert client.get(path, headers=resident_host(home)).status_code == 404, path
        assert client.get(path, headers=staff_host(home)).status_code in (200, 302), path
    assert client.get("/booking/", headers=staff_host(home)).status_code == 404
    assert client.get("/booking/", headers=resident_host(home)).status_code == 200


def test_the_public_schema_holds_cities_and_nothing_else() -> None:
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        rows = owner.execute("SELECT schemaname, tablename FROM pg_tables").fetchall()
    public = {table for schema, table in rows if schema == "public"}
    city = {table for schema, table in rows if re.fullmatch(r"c_\d{6}", schema)}
    assert public == PUBLIC_TABLES
    assert public & city == {"django_migrations"}
