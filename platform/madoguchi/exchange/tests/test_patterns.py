"""Patterns of a city are read within a bound, however they are written."""

import io
from time import monotonic

import pytest

from madoguchi.exchange.errors import FileRefused
from madoguchi.exchange.rules.patterns import Patience, SlowPattern, Unreadable, compiled
from madoguchi.exchange.rules.profiles import BadLayout, ProfileLayout, Source
from madoguchi.exchange.services import inspection, sampling
from madoguchi.exchange.services.profiled import ProfiledSource

# It passes a look at its letters, and takes years on a text that almost fits.
SLOW = r"(?P<n>(?:a|b|ab)*c)"
ALMOST = "ab" * 1_500 + "ce"


def test_a_pattern_that_would_take_years_is_stopped() -> None:
    begun, patience = monotonic(), Patience(0.3)
    with pytest.raises(SlowPattern):
        patience.fullmatch(compiled(SLOW), ALMOST)
    assert monotonic() - begun < 2
    # All readings together have no more than that.
    with pytest.raises(SlowPattern):
        patience.match(compiled("a"), "a")


@pytest.mark.parametrize(("pattern", "reason"), [("(a+)+", "slow"), ("(", "regex"), (r"\p{L}", "regex")])
def test_what_no_machine_reads_is_refused_at_once(pattern: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        compiled(pattern)
    assert refusal.value.reason == reason


def _layout(**changes: str) -> ProfileLayout:
    given = {"shape": "regex", "pattern": SLOW, **changes}
    return ProfileLayout(sources=(Source(column="番号", source="n"),), heading_rows=0, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("changes", [{}, {"pattern": "(?P<n>.*)", "trailer": SLOW}])
def test_a_file_is_given_up_when_its_profile_takes_too_long(changes: dict[str, str]) -> None:
    content = f"{ALMOST}\n".encode() * 50
    source = ProfiledSource(
        stream=io.BytesIO(content),
        encoding="utf-8",
        layout=_layout(**changes),
        columns=("番号",),
        parse=list,
    ).within(0.3)
    begun = monotonic()
    with pytest.raises(FileRefused) as refusal:
        list(source.chunks())
    assert refusal.value.details["reason"] == "slow"
    assert monotonic() - begun < 2


@pytest.mark.parametrize("changes", [{"pattern": "("}, {"pattern": "(?P<n>a)", "trailer": "("}])
def test_a_sample_with_a_broken_pattern_is_refused_and_breaks_nothing(changes: dict[str, str]) -> None:
    with pytest.raises(BadLayout):
        sampling.read(
            sample="a\n",
            layout=_layout(**changes),
            wanted=None,  # type: ignore[arg-type]
            columns=("番号",),
            today=None,  # type: ignore[arg-type]
        )


@pytest.mark.parametrize("sign", [b"\n", b"\r", b"\r\n"])
def test_a_file_that_is_one_line_is_refused_before_it_is_read(sign: bytes) -> None:
    with pytest.raises(FileRefused) as refusal:
        inspection.refuse_size(content=b"A1" + sign + b"x" * (3 << 20), largest=1 << 30)
    assert refusal.value.details["reason"] == "long_line"
    inspection.refuse_size(content=(b"x" * 1_000 + sign) * 3_000, largest=1 << 30)
