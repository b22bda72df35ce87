"""The text of an entry and its root never change, or every city's proof is lost."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from madoguchi.ledger.audit.hashing import GENESIS, SealContent, canonical, merkle_root, runs_of

AT = datetime(2026, 12, 1, 1, 30, 0, 7, tzinfo=UTC)
ENTRY: dict[str, Any] = {
    "id": 7,
    "at": AT,
    "actor_kind": "staff",
    "actor_id": "S-104",
    "actor_name": "髙橋 花子",
    "action": "card.moved",
    "object_type": "card",
    "object_ids": ["4711"],
    "details": {"to": "棚A", "from": None},
    "request_id": "r-1",
    "address": "192.0.2.1",
}


def test_an_entry_is_written_in_one_way() -> None:
    assert canonical(ENTRY) == (
        '{"action":"card.moved","actor_id":"S-104","actor_kind":"staff","actor_name":"髙橋 花子",'
        '"address":"192.0.2.1","at":"2026-12-01T01:30:00.000007Z","details":{"from":null,"to":"棚A"},'
        '"id":7,"object_ids":["4711"],"object_type":"card","request_id":"r-1"}'
    )


def test_the_root_of_three_moves_the_odd_one_up() -> None:
    def leaf(text: str) -> bytes:
        return sha256(b"\x00" + text.encode()).digest()

    left = sha256(b"\x01" + leaf("a") + leaf("b")).digest()
    assert merkle_root(["a", "b", "c"]) == sha256(b"\x01" + left + leaf("c")).hexdigest()
    assert merkle_root(["a"]) == leaf("a").hex()


@given(st.lists(st.text(max_size=5), min_size=2, max_size=9), st.data())
def test_no_other_list_has_the_same_root(texts: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(texts) - 1))
    changed = [*texts]
    changed[place] += "x"
    root = merkle_root(texts)
    assert merkle_root(changed) != root
    assert merkle_root(texts[:place] + texts[place + 1 :]) != root
    assert merkle_root([*texts, ""]) != root


def test_a_seal_depends_on_everything_it_says() -> None:
    first = SealContent(number=1, sealed_at=AT, count=1, runs=((7, 7),), root="ab", previous=GENESIS)
    others = (
        SealContent(number=2, sealed_at=AT, count=1, runs=((7, 7),), root="ab", previous=GENESIS),
        SealContent(number=1, sealed_at=AT, count=2, runs=((7, 7),), root="ab", previous=GENESIS),
        SealContent(number=1, sealed_at=AT, count=1, runs=((7, 8),), root="ab", previous=GENESIS),
        SealContent(number=1, sealed_at=AT, count=1, runs=((7, 7),), root="ac", previous=GENESIS),
        SealContent(number=1, sealed_at=AT, count=1, runs=((7, 7),), root="ab", previous="1" * 64),
    )
    assert len({first.digest(), *(other.digest() for other in others)}) == 6


def test_ids_are_written_as_runs() -> None:
    assert runs_of([]) == ()
    assert runs_of([3, 4, 5, 9, 11, 12]) == ((3, 5), (9, 9), (11, 12))
