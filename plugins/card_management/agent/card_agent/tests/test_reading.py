"""Reading at the level of commands: the same tests hold for every reader that passes them."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from card_agent import apdu
from card_agent.card import Card
from card_agent.errors import (
    Cancelled,
    CardRemoved,
    Locked,
    ReaderBusy,
    StoppedBeforeLock,
    UnreadableCard,
    UnsupportedCard,
)
from card_agent.guard import ForbiddenCommand, Guard
from card_agent.profiles import MY_NUMBER_CARD, PROFILES, BasicFour
from card_agent.reading import By, Question, read_basic_four, read_validity, recognise
from card_agent.simulator import Counter, Person, VirtualCard, VirtualReader

SOURCE = Path(__file__).resolve().parents[1]
MY_NUMBER_FILE = bytes.fromhex("00A4020C020001")
SAKURA = BasicFour(
    name="見本　さくら", address="福岡県久留米市城南町１５番地３", born_on="1988-03-20", sex="female"
)


class Typist:
    """Somebody who types these numbers, one after the other."""

    def __init__(self, *numbers: str) -> None:
        self.numbers = list(numbers)
        self.asked: list[Question] = []
        self.given: list[bytearray] = []

    def __call__(self, question: Question) -> bytearray | None:
        self.asked.append(question)
        if not self.numbers:
            return None
        self.given.append(bytearray(self.numbers.pop(0), "ascii"))
        return self.given[-1]


def read(reader: VirtualReader, ask: Callable[[Question], bytearray | None], by: By = "pin") -> BasicFour:
    with reader.connect() as link:
        card = Card(link=link)
        return read_basic_four(card=card, profile=recognise(card=card), by=by, ask=ask)


def read_all(reader: VirtualReader) -> None:
    with reader.connect() as link:
        card = Card(link=link)
        profile = recognise(card=card)
        read_validity(card=card, profile=profile)
        read_basic_four(card=card, profile=profile, by="pin", ask=Typist("1234"))


def test_the_four_items_come_with_the_right_number() -> None:
    reader = VirtualReader(card=VirtualCard())
    assert read(reader, Typist("1234")) == SAKURA


def test_the_four_items_come_by_the_number_on_the_face_even_where_the_pin_is_locked() -> None:
    reader = VirtualReader(card=VirtualCard(pin=Counter(b"1234", 3, 0)))
    assert read(reader, Typist("63032020351234"), by="number_b") == SAKURA


def test_a_long_address_is_read_to_its_end() -> None:
    person = Person(address="埼玉県熊谷市宮町二丁目４７番地１" + "見本マンション" * 20)
    assert read(VirtualReader(card=VirtualCard(person=person)), Typist("1234")).address == person.address


def test_a_wrong_number_says_how_many_are_left_and_reading_stops_before_the_card_locks() -> None:
    card = VirtualCard()
    typist = Typist("9999", "8888", "7777")
    with pytest.raises(StoppedBeforeLock) as stopped:
        read(VirtualReader(card=card), typist)
    assert [(each.left, each.was_wrong) for each in typist.asked] == [(3, False), (2, True)]
    assert stopped.value.left == 1
    assert card.pin.left == 1


@pytest.mark.parametrize("left", [1, 0])
def test_nobody_is_even_asked_where_a_slip_would_lock_the_card(left: int) -> None:
    card = VirtualCard(pin=Counter(b"1234", 3, left))
    typist = Typist("1234")
    with pytest.raises(StoppedBeforeLock if left else Locked):
        read(VirtualReader(card=card), typist)
    assert typist.asked == []
    assert card.pin.left == left


def test_a_right_number_after_a_wrong_one_gives_the_tries_back() -> None:
    card = VirtualCard()
    assert read(VirtualReader(card=card), Typist("9999", "1234")) == SAKURA
    assert card.pin.left == 3


def test_what_was_typed_is_overwritten_and_stands_in_no_list_of_commands() -> None:
    reader = VirtualReader(card=VirtualCard())
    typist = Typist("9999", "1234")
    read(reader, typist)
    assert [bytes(each) for each in typist.given] == [bytes(4), bytes(4)]
    assert not [each for each in reader.log if b"1234" in each or b"9999" in each]


def test_somebody_may_stop() -> None:
    with pytest.raises(Cancelled):
        read(VirtualReader(card=VirtualCard()), Typist())


def test_days_and_municipality_come_without_any_number() -> None:
    reader = VirtualReader(card=VirtualCard())
    with reader.connect() as link:
        card = Card(link=link)
        found = read_validity(card=card, profile=recognise(card=card))
    assert (found.municipality, found.expires_on) == ("40203", "2035-03-20")
    assert found.certificate_expires_on == "2031-03-20"
    assert not [each for each in reader.log if each[1] == 0x20]


@pytest.mark.parametrize("after", range(1, 14))
def test_a_card_pulled_out_at_any_moment_ends_the_reading(after: int) -> None:
    reader = VirtualReader(card=VirtualCard())
    reader.removed_after = after
    with pytest.raises(CardRemoved):
        read_all(reader)
    assert not reader.is_taken


def test_a_card_of_another_kind_is_told_apart() -> None:
    with pytest.raises(UnsupportedCard):
        read(VirtualReader(card=VirtualCard(token=b"JPKIAPGPSETOKEN")), Typist("1234"))


def test_a_card_that_does_not_count_tries_is_shown_no_number() -> None:
    class Silent(VirtualCard):
        def _verify(self, command: bytes) -> bytes:
            return b"\x69\x85"

    typist = Typist("1234")
    with pytest.raises(UnreadableCard):
        read(VirtualReader(card=Silent()), typist)
    assert typist.asked == []


def test_nobody_else_reads_meanwhile_and_the_card_forgets_the_number_afterwards() -> None:
    card = VirtualCard()
    reader = VirtualReader(card=card)
    with reader.connect() as link:
        with pytest.raises(ReaderBusy):
            reader.connect()
        mine = Card(link=link)
        read_basic_four(card=mine, profile=MY_NUMBER_CARD, by="pin", ask=Typist("1234"))
    with reader.connect() as link:
        mine = Card(link=link)
        assert mine.has_application(MY_NUMBER_CARD.text_application)
        assert mine.select(MY_NUMBER_CARD.basic_four)
        assert mine.send(apdu.read_binary(offset=0)).status == apdu.NOT_VERIFIED


def test_a_card_with_short_answers_is_read_as_well() -> None:
    class Short(VirtualCard):
        """Says how much it holds, and waits to be asked for it."""

        held = b""

        def answer(self, command: bytes) -> bytes:
            if command[1] == 0xC0:
                return self.held + b"\x90\x00"
            found = super().answer(command)
            if command[1] != 0xB0 or found[-2:] != b"\x90\x00":
                return found
            self.held = found[:-2]
            return bytes((0x61, len(self.held) & 0xFF))

    assert read(VirtualReader(card=Short()), Typist("1234")) == SAKURA


def test_the_file_of_the_my_number_is_never_selected() -> None:
    reader = VirtualReader(card=VirtualCard())
    for by, number in (("pin", "1234"), ("number_b", "63032020351234")):
        with reader.connect() as link:
            card = Card(link=link)
            profile = recognise(card=card)
            read_validity(card=card, profile=profile)
            read_basic_four(card=card, profile=profile, by=by, ask=Typist(number))  # type: ignore[arg-type]
    assert len(reader.log) > 20
    assert MY_NUMBER_FILE not in reader.log
    # No read past the selection by a short name either, and never the number that opens it.
    assert not [each for each in reader.log if each[1] == 0xB0 and each[2] & 0x80]
    assert bytes.fromhex("00A4020C020014") not in reader.log


@pytest.mark.parametrize(
    "command",
    [
        "00A4020C020001",
        "00A4020C020014",
        "00A4020C020003",
        "00B0810000",
        "00B0820000",
        "00B2010C00",
        "0024018000",
        "802A008000",
        "00A4040C0AD3921000310001010401",
        "00A4000C020001",
        "00A4080C040001",
        "00D6000001FF",
    ],
)
def test_the_guard_refuses_whatever_is_not_on_its_list(command: str) -> None:
    guard = Guard(profiles=PROFILES)
    guard.let_through(apdu.select_application(MY_NUMBER_CARD.text_application))
    with pytest.raises(ForbiddenCommand):
        guard.let_through(bytes.fromhex(command))


def test_a_number_is_shown_only_to_the_files_that_ask_for_it() -> None:
    guard = Guard(profiles=PROFILES)
    guard.let_through(apdu.select_application(MY_NUMBER_CARD.text_application))
    guard.let_through(apdu.select_file(MY_NUMBER_CARD.basic_four))
    with pytest.raises(ForbiddenCommand) as refused:
        guard.let_through(apdu.verify(bytearray(b"1234")))
    assert "31323334" not in str(refused.value)


def test_no_line_of_the_program_names_the_file_of_the_my_number() -> None:
    # Its name, the number that opens it, and the commands that would select either.
    named = re.compile(r"0x00(?:01|14)|020001|020014|FF10", re.IGNORECASE)
    found = {
        f"{path.name}: {line.strip()}"
        for path in SOURCE.glob("*.py")
        if path.name != "simulator.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if named.search(line)
    }
    assert found == set()
    assert named.search((SOURCE / "simulator.py").read_text(encoding="utf-8"))


def test_another_kind_of_card_is_one_more_profile() -> None:
    other = replace(MY_NUMBER_CARD, name="next", text_application=bytes.fromhex("D392100031000101FFFF"))
    reader = VirtualReader(card=VirtualCard())
    with reader.connect() as link:
        assert (
            recognise(card=Card(link=link, profiles=(other, *PROFILES)), profiles=(other, *PROFILES))
            is MY_NUMBER_CARD
        )
