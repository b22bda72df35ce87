"""What a process remembers of announcements: a change ends it, also while somebody is still reading."""

from madoguchi.announcements.memory import Memory
from madoguchi.tenancy import City


def test_what_was_read_before_a_change_is_not_kept_after_it(home: City) -> None:
    memory = Memory()
    changes = memory.changes
    # Another request reads the old words, and the change is heard of before it has finished.
    memory.forget()
    memory.keep(home, (), changes=changes)
    assert memory.fresh(home) is None
    memory.keep(home, (), changes=memory.changes)
    assert memory.fresh(home) == ()


def test_another_process_reads_anew_at_its_next_look(home: City) -> None:
    here, elsewhere = Memory(), Memory()
    assert elsewhere.fresh(home) is None
    elsewhere.keep(home, (), changes=elsewhere.changes)
    assert elsewhere.fresh(home) == ()
    here.tell_everybody()
    elsewhere._freshness._next_look = 0.0
    assert elsewhere.fresh(home) is None
