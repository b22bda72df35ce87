"""Two people save the words of one message in the same moment: one of them is told."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from madoguchi import clock
from madoguchi.hooks.values import MessageKind
from madoguchi.ledger.audit.actors import Actor
from madoguchi.notifications import queries, services
from madoguchi.notifications.errors import WordingMoved
from madoguchi.notifications.rendering import Wording
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def test_who_saves_at_the_same_moment_is_told_and_nobody_meets_an_error(
    home: City, kind: MessageKind
) -> None:
    start = Barrier(AT_ONCE)

    def save(number: int) -> str:
        wording = Wording(f"件名 {number}", "{number} {link}", is_default=False)
        start.wait()
        try:
            with in_city(home):
                services.change_template(
                    kind=kind.name,
                    language="ja",
                    wording=wording,
                    actor=Actor(kind="staff", id=str(number), name="係"),
                    now=clock.now(),
                    seen="",
                )
        except WordingMoved:
            return "told"
        finally:
            connections.close_all()
        return "saved"

    with ThreadPoolExecutor(AT_ONCE) as threads:
        assert Counter(threads.map(save, range(AT_ONCE))) == {"saved": 1, "told": AT_ONCE - 1}
    with in_city(home):
        assert len(queries.versions(kind=kind.name, language="ja")) == 1
