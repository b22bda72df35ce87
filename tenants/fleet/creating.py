"""Many cities at once: a few processes that stay warm, each city whole or not at all."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING

import django
from django.db import connections

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.bookings import PersonalData
from tenants.fleet.municipalities import Municipality, Terms, profile_of

if TYPE_CHECKING:
    from tenants.provisioning.booking_data import Approval

Report = Callable[[str], None]


@dataclass
class Outcome:
    """What became of a list."""

    made: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def create_cities(
    *,
    municipalities: Sequence[Municipality],
    terms: Terms,
    jobs: int,
    report: Report = print,
    approval: "Approval | None" = None,
) -> Outcome:
    """Make a city of every line that has none yet; a line that fails does not stop the others.

    Raises FleetIsBehind, and ApprovalMissing where a line wants less than everything kept of those who
    book and no two operators stand for it; before anything is made.
    """
    from tenants.provisioning.booking_data import require_approval
    from tenants.provisioning.template import build_template

    for municipality in municipalities:
        require_approval(profile=profile_of(municipality, terms), approval=approval)

    build_template()
    outcome = Outcome()
    wanted = list(_without_existing(municipalities, outcome, report))
    connections.close_all()
    hands = min(jobs, len(wanted))
    if not hands:
        return outcome
    for number, (city, error) in enumerate(_make_all(wanted, terms, hands, approval), start=1):
        name = f"{city.code} {city.name}"
        if error:
            outcome.failed[name] = error
        else:
            outcome.made.append(name)
        said = f" FAILED: {error}" if error else ""
        report(f"[{number}/{len(wanted)}] {name}{said}")
    return outcome


def _without_existing(
    municipalities: Sequence[Municipality], outcome: Outcome, report: Report
) -> Iterator[Municipality]:
    from tenants.models import City

    known = list(City.objects.values_list("code", "slug", "name"))
    by_code, by_slug = {row[0]: row[2] for row in known}, {row[1]: row[2] for row in known}
    for city in municipalities:
        there = by_code.get(city.code) or by_slug.get(city.slug)
        if there is None:
            yield city
            continue
        what = "is there already" if city.code in by_code else f"not made: {city.slug} is {there}"
        outcome.skipped.append(f"{city.code} {city.name}")
        report(f"{city.code} {city.name} {what}")


def _make_all(
    wanted: Sequence[Municipality], terms: Terms, hands: int, approval: "Approval | None"
) -> Iterator[tuple[Municipality, str]]:
    # Spawned, not forked: a fork would share the sockets of this process with the others.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=hands, mp_context=context, initializer=_get_ready) as pool:
        futures = {pool.submit(_make, city, terms, approval): city for city in wanted}
        for future in as_completed(futures):
            yield futures[future], future.result()


def _get_ready() -> None:
    """Set Django up once in this process, and end with the process that started it."""
    Thread(target=_end_with_parent, daemon=True).start()
    django.setup()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _make(city: Municipality, terms: Terms, approval: "Approval | None") -> str:
    from tenants.provisioning.city import CityExists, create_city

    try:
        create_city(
            profile=profile_of(city, terms),
            now=clock.now(),
            report=_in_silence,
            # Each city is told of its own choice; who asks for nothing special is told of none.
            approval=approval if _is_special(city, terms) else None,
        )
    except CityExists:
        return ""
    except DomainError as error:
        return str(error)
    except Exception as error:  # one line of the list, not the list
        # A city that does not exist yet has no resident whose row the message could quote.
        return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    finally:
        # A backend remembers every table it has seen, four megabytes for each city it makes.
        connections.close_all()
    return ""


def _is_special(city: Municipality, terms: Terms) -> bool:
    return (city.personal_data or terms.personal_data) != PersonalData.NAMES


def _in_silence(step: str) -> None:
    pass
