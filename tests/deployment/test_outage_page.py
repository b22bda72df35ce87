"""The page that tells of maintenance: by the site while it stands, by the proxy while nothing does."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.outages import Outage
from madoguchi.tenancy import directory
from madoguchi.web import dates
from tenants.directory import CityRecord
from tenants.outages import pages
from tenants.outages.rules import Span
from tenants.outages.tests.conftest import announce, clean

ROOT = Path(__file__).resolve().parents[2]
CADDYFILE = ROOT / "deploy" / "proxy" / "Caddyfile"
NGINX = ROOT / "deploy" / "proxy" / "nginx.conf"
TIME = re.compile(r"\d{1,2}:\d{2}")
__all__ = ["clean"]


@dataclass(frozen=True)
class Answer:
    """What the proxy answered."""

    status: int
    headers: Message
    text: str


@dataclass(frozen=True)
class Proxy:
    """A proxy before a site that is gone."""

    port: int

    def ask(self, host: str, path: str = "/", *, method: str = "GET") -> Answer:
        """Ask for a page under a city's name."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, headers={"Host": f"{host}:{self.port}"})
        answer = connection.getresponse()
        return Answer(answer.status, answer.msg, answer.read().decode())


@contextmanager
def caddy(folder: Path, *, sites: tuple[str, ...]) -> Iterator[Proxy]:
    """Run the example configuration in front of an address at which nobody answers."""
    program = shutil.which("caddy", path=str(Path(sys.executable).parent)) or shutil.which("caddy")
    assert program, "caddy comes with the locked development dependencies"
    port, dead = _free_port(), _free_port()
    config = folder / "Caddyfile"
    config.write_text("{\n\tadmin off\n}\n" + CADDYFILE.read_text())
    environment = {
        **os.environ,
        "MADOGUCHI_SITES": ", ".join(f"http://{site}:{port}" for site in sites),
        "MADOGUCHI_UPSTREAM": f"127.0.0.1:{dead}",
        "MADOGUCHI_OUTAGE_PAGES": str(folder / "pages"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    command = [program, "run", "--adapter", "caddyfile", "--config", str(config)]
    with (folder / "caddy.log").open("wb") as log:
        child = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(port, folder / "caddy.log")
            yield Proxy(port)
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, log: Path) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text()[-2000:])


@pytest.mark.req("KUR-10")
@pytest.mark.django_db(transaction=True)
def test_residents_read_that_it_is_maintenance_and_when_it_ends_even_when_everything_is_down(
    tmp_path: Path, clean: None
) -> None:
    now = clock.now()
    ends_at = now + timedelta(seconds=6)
    # In one go, so that no full minute passes between what is written and what is read.
    end = f"{dates.full_date(dates.as_day(ends_at))} {dates.japanese_time(ends_at)}"
    announce(now=now, span=Span(now - timedelta(minutes=2), ends_at), emergency_reason="緊急")
    directory().forget()  # type: ignore[attr-defined]
    pages.write_pages(folder=str(tmp_path / "pages"), now=now)
    visitor = Client(headers={"host": "midori.localhost"})
    with caddy(tmp_path, sites=("midori.localhost", "kasumi.localhost")) as proxy:
        by_site, by_proxy = visitor.get("/"), proxy.ask("midori.localhost")
        for status, headers, text in (
            (by_site.status_code, by_site.headers, by_site.content.decode()),
            (by_proxy.status, by_proxy.headers, by_proxy.text),
        ):
            assert status == 503
            assert 0 < int(headers["Retry-After"]) <= 6
            assert "メンテナンス中です" in text
            assert end in text
            assert "日本時間" in text
        assert "メンテナンス" not in proxy.ask("kasumi.localhost").text
        time.sleep(max(0.0, (ends_at - clock.now()).total_seconds()) + 1.0)
        late, late_by_proxy = visitor.get("/"), proxy.ask("midori.localhost")
        for status, headers, text in (
            (late.status_code, late.headers, late.content.decode()),
            (late_by_proxy.status, late_by_proxy.headers, late_by_proxy.text),
        ):
            assert status == 503
            assert int(headers["Retry-After"]) == 600
            assert "延長しています" in text
            assert not TIME.search(
                re.sub(r"<(style|footer|section class=\"r-help).*?</", "", text, flags=re.S)
            )


def a_city(*outages: Outage, name: str = "みどり市", reason_phone: str = "000-0000-0001") -> CityRecord:
    """Invent a city with outages."""
    return CityRecord(
        uuid=UUID(int=1),
        code="999997",
        slug="midori",
        name=name,
        name_kana="",
        name_en="Midori",
        prefecture="",
        schema_name="c_1",
        state="active",
        brand={"phone": reason_phone},
        planned_outages=outages,
    )


def an_outage(*, begins: float, ends: float, reason: str = "更新のため") -> Outage:
    """Invent an outage, in minutes from now."""
    now = clock.now()
    return Outage(
        id=UUID(int=2),
        starts_at=now + timedelta(minutes=begins),
        ends_at=now + timedelta(minutes=ends),
        told_from=now,
        reasons={"ja": reason},
    )


def put(folder: Path, name: str, city: CityRecord | None) -> None:
    """Write the page of one host."""
    path = folder / "pages" / "caddy" / f"{name}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(pages.page(city=city, kind="caddy", now=clock.now()), encoding="utf-8")


def test_the_proxy_says_of_each_city_what_is_true_now(tmp_path: Path) -> None:
    put(tmp_path, "default", None)
    put(tmp_path, "later.localhost", a_city(an_outage(begins=60, ends=120)))
    put(
        tmp_path,
        "odd.localhost",
        a_city(an_outage(begins=-1, ends=60, reason='{{now}} <b>"'), name="{{.Req}}"),
    )
    sites = ("later.localhost", "odd.localhost", "nobody.localhost")
    with caddy(tmp_path, sites=sites) as proxy:
        later = proxy.ask("later.localhost")
        assert (later.status, later.headers["Retry-After"]) == (503, "300")
        assert "ただいま利用できません" in later.text
        assert "メンテナンス中" not in later.text
        odd = proxy.ask("odd.localhost", "/booking/", method="POST")
        assert odd.status == 503
        assert "&#123;&#123;now&#125;&#125; &lt;b&gt;" in odd.text
        assert "&#123;&#123;.Req&#125;&#125;" in odd.text
        nobody = proxy.ask("nobody.localhost", "/../../etc/passwd")
        assert nobody.status == 503
        assert "ただいま利用できません" in nobody.text
        api = proxy.ask("later.localhost", "/api/v1/anything/")
        assert api.headers["Content-Type"] == "application/problem+json"
        assert (api.status, api.headers["Retry-After"]) == (503, "300")


def test_a_page_is_one_file_and_asks_nobody_for_anything() -> None:
    for kind in pages.KINDS:
        text = pages.page(city=a_city(an_outage(begins=-1, ends=60)), kind=kind, now=clock.now())
        assert not re.search(r'(src|href)="(?!tel:)', text)
        assert "@import" not in text
        assert "url(" not in text
        assert len(text.encode()) < 20_000


def test_the_other_proxies_know_the_script_by_its_digest() -> None:
    import base64
    import hashlib

    text = pages.page(city=a_city(), kind="plain", now=clock.now())
    (script,) = re.findall(r"<script>(.*?)</script>", text, flags=re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in NGINX.read_text()
