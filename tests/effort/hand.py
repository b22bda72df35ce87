"""A hand that does what a page offers and nothing else, and counts it: pages, clicks, fields, signs."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from django.test import Client

# The keystroke-level model: a look at a new page, a click, a sign typed (Card, Moran, Newell 1980).
SECONDS_PER_PAGE = 1.35
SECONDS_PER_CLICK = 1.1
SECONDS_PER_SIGN = 0.28
MOST_REDIRECTS = 5


@dataclass
class Effort:
    """What a task costs."""

    pages: int = 0
    clicks: int = 0
    fields: int = 0
    signs: int = 0

    @property
    def seconds(self) -> float:
        """Estimate how long a practised person takes."""
        spent = (
            self.pages * SECONDS_PER_PAGE + self.clicks * SECONDS_PER_CLICK + self.signs * SECONDS_PER_SIGN
        )
        return round(spent, 1)


class Hand:
    """Somebody at a browser: follows links that are there, fills fields that are there, presses buttons."""

    def __init__(self, browser: Client) -> None:
        self.browser = browser
        self.effort = Effort()
        self.address = ""
        self.page = BeautifulSoup("", "html.parser")
        self.typed: dict[str, str] = {}

    def start(self, address: str = "/") -> "Hand":
        """begin on a page without counting it."""
        self._look(self.browser.get(address), address)
        return self

    def follow(self, text: str) -> "Hand":
        """click a link by its words."""
        link = self._first(self.page.find_all("a"), text)
        self._count_page()
        address = str(link["href"])
        address = self.address.partition("?")[0] + address if address.startswith("?") else address
        self._look(self.browser.get(address), address)
        return self

    def type(self, name: str, value: str) -> "Hand":
        """fill a field that stands on the page."""
        assert self.page.find(None, {"name": name}), f"no field {name} on {self.address}"
        self.effort.fields += 1
        self.effort.clicks += 1
        self.effort.signs += len(value)
        self.typed[name] = value
        return self

    def choose(self, name: str, value: str = "") -> "Hand":
        """tick, select or choose what can be chosen; without a value the first that is free."""
        found = [
            field
            for field in self.page.find_all(["input", "option"])
            if (field.get("name") == name or _select_of(field) == name) and not field.has_attr("disabled")
        ]
        chosen = value or str(found[0].get("value", "on"))
        assert chosen in {str(field.get("value", "on")) for field in found}, f"{name} on {self.address}"
        self.effort.fields += 1
        self.effort.clicks += 1
        self.typed[name] = chosen
        return self

    def press(self, text: str) -> "Hand":
        """press a button by its words; its form goes along as it stands."""
        button = self._first(self.page.find_all("button"), text)
        form = button.find_parent("form") or self.page.find("form", id=str(button.get("form", "")))
        assert isinstance(form, Tag), f"no form around {text}"
        sent = _values(form, self.page) | self.typed
        if button.get("name"):
            sent[str(button["name"])] = str(button.get("value", ""))
        self._count_page()
        address = urljoin(self.address, str(form.get("action") or ""))
        is_post = str(form.get("method", "get")).lower() == "post"
        self._look(self.browser.post(address, sent) if is_post else self.browser.get(address, sent), address)
        return self

    def sees(self, text: str) -> "Hand":
        """make sure that the task is done."""
        assert text in self.page.get_text(), f"{text} is not on {self.address}"
        return self

    def _count_page(self) -> None:
        self.effort.pages += 1
        self.effort.clicks += 1

    def _first(self, found: Any, text: str) -> Tag:
        for each in found:
            if isinstance(each, Tag) and text in each.get_text():
                return each
        raise AssertionError(f"nothing says {text} on {self.address}")

    def _look(self, answer: Any, address: str) -> None:
        for _ in range(MOST_REDIRECTS):
            if answer.status_code not in (301, 302, 303):
                break
            address = str(answer["Location"])
            answer = self.browser.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        self.address, self.typed = address, {}
        self.page = BeautifulSoup(answer.content.decode(errors="replace"), "html.parser")


def _select_of(field: Tag) -> str:
    select = field.find_parent("select") if field.name == "option" else None
    return str(select.get("name", "")) if isinstance(select, Tag) else ""


def _values(form: Tag, page: BeautifulSoup) -> dict[str, str]:
    sent = {}
    fields = ["input", "textarea", "select"]
    # A field may stand outside of the form that it names.
    outside = page.find_all(fields, attrs={"form": form["id"]}) if form.get("id") else []
    for field in [*outside, *form.find_all(fields)]:
        name = str(field.get("name", ""))
        kind = str(field.get("type", "text"))
        if (
            not name
            or field.has_attr("disabled")
            or (kind in ("radio", "checkbox") and not field.has_attr("checked"))
        ):
            continue
        sent[name] = _value(field)
    return sent


def _value(field: Tag) -> str:
    if field.name == "textarea":
        return field.get_text()
    if field.name == "select":
        chosen = field.find("option", selected=True) or field.find("option")
        return str(chosen.get("value", "")) if isinstance(chosen, Tag) else ""
    return str(field.get("value", ""))
