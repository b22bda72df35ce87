"""What a site tells search engines, and what it tells browsers about its languages."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_search_engines_are_led_to_every_page(resident_client: Client, home: Any) -> None:
    robots = resident_client.get("/robots.txt")
    assert robots["content-type"].startswith("text/plain")
    assert f"Sitemap: {home.resident_url.rstrip('/')}/sitemap.xml" in robots.content.decode()
    words = resident_client.get("/sitemap.xml").content.decode()
    for path in ("/", "/en/", "/ja-easy/faq/", "/card-pickup/"):
        assert f"<loc>{home.resident_url.rstrip('/')}{path}</loc>" in words, path


def test_a_page_names_its_address_its_description_and_its_other_languages(
    resident_client: Client, home: Any
) -> None:
    start = home.resident_url.rstrip("/")
    words = resident_client.get("/card-pickup/?from=mail").content.decode()
    assert f'<link rel="canonical" href="{start}/card-pickup/">' in words
    assert f'<link rel="alternate" hreflang="en" href="{start}/en/card-pickup/">' in words
    assert f'<link rel="alternate" hreflang="ja" href="{start}/card-pickup/">' in words
    assert '<meta name="description" content="「交付通知書」が届いた方は' in words


def test_the_pages_of_a_site_are_light(resident_client: Client) -> None:
    for path in ("/", "/faq/", "/places/", "/en/card-pickup/"):
        page = resident_client.get(path).content.decode()
        assert len(page.encode()) < 60_000, path
        assert page.count('rel="stylesheet"') <= 4
