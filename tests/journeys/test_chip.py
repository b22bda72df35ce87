"""A card is read at a counter: Chromium, the page, the program on the PC and a virtual card."""

import re
import socket
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Thread

import pytest
from card_agent.configuration import parse
from card_agent.reading import Question
from card_agent.server import open_server
from card_agent.simulator import Person, VirtualCard, VirtualReader
from playwright.sync_api import Page, expect

from tests.journeys.looks import look_at
from tests.journeys.site import Site
from tests.journeys.staff import ADMIN, sign_in

NUMBER = "DEM100006"
JIRO = Person(name="例示　次郎", address="福岡県久留米市城南町見本６番地", born_on="19850101", sex="1")


class Desk:
    """Types what it is given into the window that a person would see."""

    def __init__(self) -> None:
        self.numbers: list[str] = []

    def ask(self, question: Question, is_gone: Callable[[], bool], /) -> bytearray | None:
        return bytearray(self.numbers.pop(0), "ascii") if self.numbers else None


def _free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def _agent(written: str, reader: VirtualReader, desk: Desk) -> Iterator[None]:
    with open_server(
        configuration=parse(tomllib.loads(written)), reader=reader, desk=desk, wait_seconds=1
    ) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield


@pytest.fixture
def desk() -> Desk:
    return Desk()


def _switch_readers_on(page: Page, site: Site, port: int) -> str:
    """Switch the readers on as an administrator does, and take the shown file along."""
    page.goto(f"{site.staff}/settings/card_management/")
    page.get_by_label("窓口でICカードリーダーを使う").check()
    page.locator("[name=chip_port]").fill(str(port))
    page.get_by_role("button", name=re.compile("保存|変更")).first.click()
    page.goto(f"{site.staff}/cards/handover/chip/setup/")
    look_at(page, "chip-setup")
    return page.locator("pre").first.inner_text()


def _read(page: Page) -> None:
    page.get_by_role("button", name="カードを読み取る（暗証番号）").click()


def _said(page: Page, words: str) -> None:
    expect(page.locator("[data-chip-said]")).to_contain_text(words)


def _meets_what_goes_wrong(page: Page, reader: VirtualReader, desk: Desk) -> None:
    """No card, wrong numbers, a card of another kind, one pulled out, no reader."""
    _read(page)
    _said(page, "カードが置かれませんでした")
    reader.card = VirtualCard(person=JIRO)
    desk.numbers = ["9999", "8888"]
    _read(page)
    _said(page, "あと1回まちがえるとロックされるため、入力を止めました")
    assert reader.card.pin.left == 1
    reader.card = VirtualCard(token=b"ANOTHER")
    _read(page)
    _said(page, "読み取れない種類")
    reader.card, reader.removed_after = VirtualCard(person=JIRO), len(reader.log) + 8
    _read(page)
    _said(page, "途中でカードが離れました")
    reader.removed_after, reader.is_connected = None, False
    _read(page)
    _said(page, "リーダーが見つかりません")
    look_at(page, "chip-no-reader")


def _types_by_hand(page: Page) -> None:
    """The manual way is complete: what is printed on the card is typed and compared."""
    page.locator("[name=chip_name]").fill("例示 次郎")
    page.locator("[name=chip_born_on]").fill("S60.1.2")
    page.locator("#id_label").fill(NUMBER)
    page.get_by_role("button", name="台帳と見比べる").click()
    expect(page.locator("tr.differs")).to_have_count(1)
    expect(page.locator("tr.differs")).to_contain_text("生年月日")


def _reads(page: Page, desk: Desk) -> None:
    desk.numbers = ["1234"]
    _read(page)
    _said(page, "読み取りました")
    expect(page.locator("[name=chip_name]")).to_have_value("例示　次郎")
    page.locator("#id_label").fill(NUMBER)
    page.get_by_role("button", name="台帳と見比べる").click()
    expect(page.get_by_role("heading", name="台帳との見比べ")).to_be_visible()
    expect(page.locator("tr.differs")).to_have_count(0)
    look_at(page, "chip-compared")


def _hands_over(page: Page, site: Site, desk: Desk) -> None:
    page.goto(f"{site.staff}/cards/handover/")
    look_at(page, "hand-over-start")
    page.locator("#id_label").fill(NUMBER)
    page.get_by_role("button", name="照合へ進む").click()
    page.get_by_label("運転免許証", exact=True).first.check()
    page.get_by_label("交付通知書", exact=True).check()
    desk.numbers = ["1234"]
    _read(page)
    expect(page.locator("[name=chip_born_on]")).to_have_value("1985-01-01")
    look_at(page, "hand-over-form")
    page.get_by_role("button", name="照合する").click()
    expect(page.get_by_text("一致しました")).to_be_visible()
    look_at(page, "hand-over-agreed")
    page.get_by_role("button", name="交付済みにする").click()
    expect(page.get_by_text("を「交付済み」にしました")).to_be_visible()
    page.get_by_role("button", name="元に戻す").click()
    expect(page.get_by_text("元に戻しました")).to_be_visible()


@pytest.mark.req("FUJ-02")
def test_a_chip_fills_the_page_and_lets_the_card_go(page: Page, site: Site, desk: Desk) -> None:
    port = _free_port()
    sign_in(page, site, ADMIN)
    written = _switch_readers_on(page, site, port)
    page.goto(f"{site.staff}/cards/handover/chip/")
    _read(page)
    _said(page, "読み取り用のソフトにつながりません")
    reader = VirtualReader()
    with _agent(written, reader, desk):
        _meets_what_goes_wrong(page, reader, desk)
        _types_by_hand(page)
        reader.is_connected = True
        _reads(page, desk)
        _hands_over(page, site, desk)
    assert bytes.fromhex("00A4020C020001") not in reader.log


def test_a_page_elsewhere_gets_nothing(page: Page, site: Site, desk: Desk) -> None:
    port = _free_port()
    sign_in(page, site, ADMIN)
    written = _switch_readers_on(page, site, port)
    reader = VirtualReader(card=VirtualCard(person=JIRO))
    desk.numbers = ["1234"]
    with _agent(written, reader, desk):
        # A page of residents is not on the list, and its policy would not let it out either.
        page.goto(f"{site.resident}/")
        ended = page.evaluate(
            """(port) => new Promise((settle) => {
              setTimeout(() => settle("nothing"), 5000);
              try {
                const wire = new WebSocket(`ws://127.0.0.1:${port}`);
                wire.onmessage = () => settle("heard");
                wire.onclose = wire.onerror = () => settle("closed");
              } catch { settle("refused"); }
            })""",
            port,
        )
    assert ended in ("closed", "refused")
    assert reader.log == []
