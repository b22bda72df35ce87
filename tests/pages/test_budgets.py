"""What a resident's page may cost: bytes, requests, and nobody else's server."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.templatetags.static import static
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Request
from pytest_django import Settings
from whitenoise.middleware import WhiteNoiseMiddleware

from deploy.settings import base
from tests.journeys.site import Site

MOST_BYTES = 100_000
MOST_REQUESTS = 12
MAIN = ("/", "/card-pickup/", "/places/", "/booking/", "/booking/time/", "/faq/")
STATIC = ("web/app.css", "web/resident.css", "web/staff.css", "web/icons.svg", "web/page.js")
# The largest thing a reader waits for, as the browser saw it.
PAINTED = """() => new Promise((tell) => {
    new PerformanceObserver((list) => tell(Math.round(list.getEntries().at(-1).startTime)))
        .observe({type: "largest-contentful-paint", buffered: true});
    setTimeout(() => tell(-1), 2000);
})"""


@pytest.mark.parametrize("path", MAIN)
def test_a_residents_page_is_light_and_asks_nobody_else(
    path: str, site: Site, found: dict[str, Any], browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    context = browser.new_context(**browser_context_args)
    cookies = found["city"]["cookies"].items()
    context.add_cookies([{"name": name, "value": value, "url": site.resident} for name, value in cookies])
    page = context.new_page()
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))
    page.goto(site.resident + path, wait_until="networkidle")
    sizes = [request.sizes() for request in asked]
    count = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    print(f"{path}: {len(asked)} requests, {count:,} bytes, largest paint {_painted(page)} ms")
    context.close()
    assert all(request.url.startswith((site.resident, "data:")) for request in asked)
    assert len(asked) <= MOST_REQUESTS
    # The suite's server does not compress; what is small enough here is smaller in production.
    assert count <= MOST_BYTES


def _painted(page: Page) -> int:
    measured: int = page.evaluate(PAINTED)
    return measured


def test_static_files_are_kept_for_good_and_come_compressed(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": base.STORAGES["staticfiles"]}
    settings.WHITENOISE_USE_FINDERS = False
    call_command("collectstatic", "--noinput", verbosity=0)
    served = WhiteNoiseMiddleware(lambda request: HttpResponse(status=404))
    for name in STATIC:
        request = RequestFactory().get(static(name), headers={"accept-encoding": "br, gzip"})
        answer = served(request)
        assert answer.status_code == 200
        assert "immutable" in answer["Cache-Control"]
        assert answer["Content-Encoding"] == "br"
