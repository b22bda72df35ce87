"""The window in which a number is typed: driven by keys as a person does, where there is a screen."""

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from card_agent.configuration import BadConfiguration, parse
from card_agent.desks import ConsoleDesk, NumberWindow, sentences, show
from card_agent.reading import Question

PIN = Question(by="pin", digits=4, left=3)


class Root:
    """Stands for the screen: keeps what the window does to it."""

    def __init__(self) -> None:
        self.is_open, self.has_keys, self.is_left = True, False, False

    def focus_force(self) -> None:
        self.has_keys = True

    def __getattr__(self, name: str) -> Any:
        return lambda *_arguments, **_words: None

    def quit(self) -> None:
        self.is_open = False


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> NumberWindow:
    drawn: list[str] = []

    class Part:
        def __init__(self, *_arguments: Any, **_words: Any) -> None:
            pass

        def pack(self, **_words: Any) -> None:
            pass

        def configure(self, **words: Any) -> None:
            drawn.append(words.get("text", ""))

    monkeypatch.setitem(sys.modules, "tkinter", SimpleNamespace(Label=Part, Frame=Part, Button=Part))
    root = Root()
    made = NumberWindow(root=root, question=PIN, is_gone=lambda: root.is_left)
    made.drawn, made.root = drawn, root  # type: ignore[attr-defined]
    return made


def press(window: NumberWindow, *keys: str) -> None:
    for key in keys:
        window.press(SimpleNamespace(keysym=key, char=key if len(key) == 1 else ""))


def test_digits_are_drawn_as_dots_and_given_by_enter(window: NumberWindow) -> None:
    press(window, "1", "2", "a", "９", "3", "BackSpace", "3", "4", "5", "Return")
    assert window.wait() == bytearray(b"1234")
    assert not [each for each in window.drawn if any(sign.isdigit() for sign in each)]  # type: ignore[attr-defined]


def test_the_window_takes_the_keys_from_the_browser_behind(window: NumberWindow) -> None:
    assert window.root.has_keys  # type: ignore[attr-defined]


def test_enter_before_the_last_digit_does_nothing_and_escape_wipes(window: NumberWindow) -> None:
    press(window, "1", "2", "3", "Return")
    kept = window._digits
    assert kept == bytearray(b"123")
    press(window, "Escape")
    assert window.wait() is None
    assert kept == bytearray(3)


def test_the_window_of_a_page_that_has_gone_closes_and_wipes(window: NumberWindow) -> None:
    press(window, "1", "2")
    window.look()
    assert window.root.is_open  # type: ignore[attr-defined]
    kept = window._digits
    window.root.is_left = True  # type: ignore[attr-defined]
    window.look()
    assert not window.root.is_open  # type: ignore[attr-defined]
    assert window.wait() is None
    assert kept == bytearray(2)


def test_no_window_opens_for_a_page_that_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tkinter", SimpleNamespace())
    assert show(PIN, lambda: True) is None


def test_a_real_window_closes_within_a_second_when_its_page_goes() -> None:
    if shutil.which("xvfb-run") is None:
        pytest.skip("no xvfb here")
    script = (
        "import time; from card_agent.desks import show; from card_agent.reading import Question\n"
        "begun = time.monotonic(); gone = lambda: time.monotonic() - begun > 1\n"
        "assert show(Question(by='pin', digits=4, left=3), gone) is None\n"
        "assert time.monotonic() - begun < 10"
    )
    done = subprocess.run(
        ["xvfb-run", "-a", sys.executable, "-c", script],
        check=False,
        capture_output=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr.decode()


def test_the_person_is_told_how_many_tries_are_left() -> None:
    told = " ".join(sentences(Question(by="pin", digits=4, left=2, was_wrong=True)))
    assert "番号が違います" in told
    assert "あと2回" in told


@pytest.mark.parametrize(("typed", "given"), [("1234", b"1234"), ("", None), ("12a4", None), ("12345", None)])
def test_the_console_takes_only_a_number_of_the_right_length(
    monkeypatch: pytest.MonkeyPatch, typed: str, given: bytes | None
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: typed)
    assert ConsoleDesk().ask(PIN, lambda: False) == (None if given is None else bytearray(given))


def test_a_real_window_opens_and_takes_the_number() -> None:
    if shutil.which("xvfb-run") is None:
        pytest.skip("no xvfb here")
    script = (
        "import tkinter; from card_agent.desks import NumberWindow; from card_agent.reading import Question\n"
        "root = tkinter.Tk(); question = Question(by='pin', digits=4, left=3)\n"
        "w = NumberWindow(root=root, question=question, is_gone=lambda: False)\n"
        "root.update(); root.focus_force()\n"
        "for key in '1234': root.event_generate('<Key>', keysym=key)\n"
        "root.after(300, w.give); assert w.wait() == bytearray(b'1234')"
    )
    done = subprocess.run(
        ["xvfb-run", "-a", sys.executable, "-c", script],
        check=False,
        capture_output=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"cities": []},
        {"cities": [{"origin": "http://staff.kurume.example", "key": "AA"}]},
        {"cities": [{"origin": "https://staff.kurume.example/path", "key": "A" * 43 + "="}]},
        {"cities": [{"origin": "https://staff.kurume.example", "key": "short"}]},
        {"cities": [{"origin": "https://staff.kurume.example", "key": "A" * 43 + "="}], "port": 80},
        {"cities": [{"origin": "https://staff.kurume.example", "key": "A" * 43 + "="}], "asks_in": "page"},
    ],
)
def test_a_configuration_with_a_mistake_is_refused(written: dict[str, Any]) -> None:
    with pytest.raises(BadConfiguration):
        parse(written)


def test_a_configuration_as_the_page_shows_it_is_taken() -> None:
    found = parse(
        {"port": 47110, "cities": [{"origin": "https://staff.kurume.example", "key": "A" * 43 + "="}]}
    )
    assert found.keys == {"https://staff.kurume.example": bytes(32)}
