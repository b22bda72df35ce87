"""What pages and addresses carry to be recognised by."""

from madoguchi.web.intake.my_number import my_numbers
from madoguchi.web.seen import mark_of


def test_no_mark_looks_like_a_my_number_by_chance() -> None:
    marks = [mark_of(str(number)) for number in range(4_000)]
    assert len(set(marks)) == len(marks)
    assert [mark for mark in marks if list(my_numbers(text=mark))] == []
    # Shorter ones do.
    assert [mark for mark in marks if list(my_numbers(text=mark[:24]))]
