"""An attack raises an alert that staff see, and the profile of the firewall ships with the product."""

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit import oddities
from madoguchi.tenancy import City, in_city
from madoguchi.testing import sources
from madoguchi.testing.factories import StaffFactory, sign_in

WAF = sources.ROOT / "deploy" / "proxy" / "waf.conf"
HOW_TO = sources.ROOT / "docs" / "how-to" / "firewall-and-intrusion.md"


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("KUR-81")
def test_a_spray_of_sign_ins_from_one_address_raises_an_alert(home: City) -> None:
    with in_city(home):
        administrator = StaffFactory.create(roles=["city_admin"])
        for number in range(25):
            StaffFactory.create(staff_code=f"Z{number:04}")
    for number in range(25):
        browser = Client(headers={"host": "staff.midori.localhost"}, REMOTE_ADDR="198.51.100.77")
        code = f"Z{number:04}"
        browser.post("/sign-in/", {"staff_code": code, "username": code, "password": "Summer2026!"})
    with in_city(home):
        assert oddities.look(now=clock.now()) >= 1
        assert oddities.look(now=clock.now()) == 0
        seen = sign_in(Client(headers={"host": "staff.midori.localhost"}), administrator)
    page = seen.get("/audit/alerts/").content.decode()
    assert "198.51.100.77" in page
    assert "サインインが続けて断られた" in page
    # A clerk who mistypes is no attack.
    assert "127.0.0.1" not in page
    assert "SecRuleEngine On" in WAF.read_text()
    assert "waf.conf" in HOW_TO.read_text()
