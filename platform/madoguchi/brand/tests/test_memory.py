"""What a process remembers of the look of cities: a change ends it, also while somebody is still reading."""

from madoguchi.brand.memory import Memory
from madoguchi.tenancy import City
from madoguchi.web.brands import Brand

LOOK: Brand = {"colour": "green"}


def test_what_was_read_before_a_change_is_not_kept_after_it(home: City) -> None:
    memory = Memory()
    changes = memory.changes
    # Another request reads the old look, and the change is heard of before it has finished.
    memory.forget()
    memory.keep(home, LOOK, changes=changes)
    assert memory.fresh(home) is None
    memory.keep(home, LOOK, changes=memory.changes)
    assert memory.fresh(home) == LOOK


def test_another_process_reads_anew_at_its_next_look(home: City) -> None:
    here, elsewhere = Memory(), Memory()
    assert elsewhere.fresh(home) is None
    elsewhere.keep(home, LOOK, changes=elsewhere.changes)
    assert elsewhere.fresh(home) == LOOK
    here.tell_everybody()
    elsewhere._freshness._next_look = 0.0
    assert elsewhere.fresh(home) is None
