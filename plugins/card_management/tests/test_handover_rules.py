"""Which papers are enough, and when label, booking and person agree."""

import pytest

from plugins.card_management.rules.handover_documents import (
    KIND_A,
    Missing,
    Paper,
    Proof,
    Receiver,
    Shown,
    missing,
)
from plugins.card_management.rules.handover_matching import (
    Difference,
    Held,
    Seen,
    address,
    booking,
    identity,
    is_passed,
)

HANAKO = Held(name="見本 花子", born="1988-02-29", address="福岡県久留米市城南町15番地3", sex="2")
LICENCE, PASSPORT, INSURANCE, PENSION, CHILD = (
    Paper.LICENCE,
    Paper.PASSPORT,
    Paper.INSURANCE,
    Paper.PENSION,
    Paper.CHILD,
)


@pytest.mark.parametrize(
    ("papers", "proofs", "lacking"),
    [
        ([LICENCE], [Proof.NOTICE], ()),
        ([INSURANCE, PENSION], [Proof.NOTICE], ()),
        ([INSURANCE], [Proof.NOTICE], (Missing.HOLDER_PAPERS,)),
        ([], [Proof.NOTICE], (Missing.HOLDER_PAPERS,)),
        ([LICENCE], [], (Missing.HOLDER_PAPERS,)),
        ([LICENCE, INSURANCE], [], ()),
        ([LICENCE, PASSPORT], [], ()),
        ([INSURANCE, PENSION, CHILD], [], (Missing.HOLDER_PAPERS,)),
    ],
)
def test_the_holder_shows_one_with_a_face_or_two_and_more_without_the_notice(
    papers: list[Paper], proofs: list[Proof], lacking: tuple[Missing, ...]
) -> None:
    shown = Shown(receiver=Receiver.HOLDER, holder=frozenset(papers), proofs=frozenset(proofs))
    assert missing(shown) == lacking


def test_a_proxy_needs_papers_of_both_and_the_right_to_act() -> None:
    nothing = Shown(receiver=Receiver.APPOINTED)
    assert missing(nothing) == (
        Missing.HOLDER_PAPERS,
        Missing.PROXY_PAPERS,
        Missing.NOTICE,
        Missing.POWER,
        Missing.HARDSHIP,
    )
    both = frozenset((LICENCE, INSURANCE))
    proofs = frozenset((Proof.NOTICE, Proof.POWER, Proof.HARDSHIP))
    assert missing(Shown(Receiver.APPOINTED, both, both, proofs)) == ()
    assert missing(Shown(Receiver.LEGAL, both, both, proofs)) == (Missing.FAMILY,)
    three = frozenset((INSURANCE, PENSION, CHILD))
    assert missing(Shown(Receiver.APPOINTED, three, both, proofs)) == ()
    assert missing(Shown(Receiver.APPOINTED, both, three, proofs)) == (Missing.PROXY_PAPERS,)


def test_every_paper_with_a_face_is_a_paper() -> None:
    assert set(Paper) > KIND_A


@pytest.mark.parametrize(
    ("seen", "differences"),
    [
        (Seen(born="1988-02-29", is_looked=True), ()),
        (Seen(born="1988-02-28", is_looked=True), (Difference.BORN_ON,)),
        (Seen(born="1988-02-29"), (Difference.NOT_LOOKED,)),
        (Seen(born="", is_looked=True), (Difference.BORN_ON,)),
        (Seen(born="1988-02-29", name="見本　花子", sex="female"), ()),
        (Seen(born="1988-02-29", name="見本　太郎", sex="male"), (Difference.NAME, Difference.SEX)),
        (Seen(born="1988-02-29", name="見本　花子", address="久留米市城南町１５－３"), ()),
        (Seen(born="1988-02-29", name="見本　花子", address="久留米市東町1"), (Difference.ADDRESS,)),
        # A variant of a letter is the same letter.
        (Seen(born="1988-02-29", name="見本\U000e0100花子"), ()),
    ],
)
def test_a_person_agrees_with_the_ledger_or_not(seen: Seen, differences: tuple[Difference, ...]) -> None:
    assert identity(held=HANAKO, seen=seen) == differences
    assert is_passed(differences) == (not set(differences) - {Difference.ADDRESS})


def test_a_birth_date_that_no_calendar_has_is_compared_as_it_is_written() -> None:
    held = Held(name="見本 太郎", born="昭和25年頃")
    assert not held.is_date
    assert identity(held=held, seen=Seen(born="昭和２５年頃", is_looked=True)) == ()
    assert identity(held=held, seen=Seen(born="昭和26年頃", is_looked=True)) == (Difference.BORN_ON,)


def test_nobody_without_a_birth_date_in_the_ledger_is_let_through() -> None:
    assert Difference.BORN_ON in identity(held=Held(name="見本", born=""), seen=Seen(born="", is_looked=True))


@pytest.mark.parametrize(
    ("shown", "walks_in", "differences"),
    [
        ("4827-3916", False, ()),
        ("４８２７３９１６", False, ()),
        ("4827-3917", False, (Difference.BOOKING,)),
        ("", False, (Difference.BOOKING,)),
        ("", True, ()),
        ("1111-1111", False, (Difference.OTHER_DAY,)),
    ],
)
def test_a_booking_is_the_cards_own_or_the_visitor_has_none(
    shown: str, walks_in: bool, differences: tuple[Difference, ...]
) -> None:
    numbers = {"4827-3916": True, "1111-1111": False}
    assert booking(numbers=numbers, shown=shown, is_walk_in=walks_in) == differences


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("埼玉県熊谷市宮町二丁目４７番地１", "熊谷市宮町2-47-1"),
        ("久留米市城南町15番地3", "福岡県久留米市城南町１５－３"),
        ("宮町2丁目47番地の1 コーポ 203号", "宮町2-47-1コーポ203"),
    ],
)
def test_ways_to_write_one_address_are_the_same(one: str, other: str) -> None:
    assert address(one) == address(other)


def test_two_addresses_stay_two() -> None:
    assert len({address(each) for each in ("城南町1-53", "城南町15-3", "城南町153", "南町15-3")}) == 4
