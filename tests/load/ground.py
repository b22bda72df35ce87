"""The city of a benchmark of bookings: its slots, the administrator's way in, and what must be zero."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import psycopg

SLOTS = 500
CAPACITY = 2_000
MUST_BE_ZERO = {
    "over": "SELECT count(*) FROM card_reservation_slot WHERE booked > capacity + allowance",
    "double": "SELECT count(*) - count(DISTINCT pickup) FROM card_reservation_bookingperson WHERE active",
    "drift": (
        "SELECT count(*) FROM card_reservation_slot AS slot WHERE booked <>"
        " (SELECT coalesce(sum(party_size), 0) FROM card_reservation_booking"
        "   WHERE slot_id = slot.id AND state = 'active')"
    ),
    "unpaired": (
        "SELECT abs(bookings - events) + abs(bookings - entries)"
        "  FROM (SELECT count(*) AS bookings FROM card_reservation_booking) AS made,"
        "       (SELECT count(*) AS events FROM outbox_outboxevent) AS told,"
        "       (SELECT count(*) AS entries FROM audit_auditentry) AS noted"
    ),
}
TABLES = ("bookingperson", "booking")
# The key of the slot of this number, as SQL.
SLOT_KEY = "('f' || lpad(to_hex({}), 31, '0'))"


@dataclass(frozen=True)
class Ground:
    """The city, its slots and the administrator's way in."""

    schema_name: str
    role: str
    admin_url: str
    place: UUID


def find_ground() -> Ground:
    """Find the city of the stage and its first place."""
    from madoguchi.database.base import role_of
    from madoguchi.places.models import Place
    from madoguchi.tenancy import find_city, in_city

    city = find_city(code="999997")
    with in_city(city):
        place = Place.objects.get(code="main").id
    parts = urlsplit(os.environ["MADOGUCHI_ADMIN_DATABASE_URL"])
    name = urlsplit(os.environ["MADOGUCHI_DATABASE_URL"]).path
    return Ground(
        schema_name=city.schema_name,
        role=role_of(city.schema_name),
        admin_url=parts._replace(path=name).geturl(),
        place=place,
    )


def lay_ground() -> Ground:
    """Give the city slots enough for everybody."""
    ground = find_ground()
    with administrator(ground) as admin:
        admin.execute("DELETE FROM card_reservation_slot")
        admin.execute(
            "INSERT INTO card_reservation_slot (id, place_id, day, starts_at, ends_at, capacity)"
            f" SELECT {SLOT_KEY.format('n')}::uuid, %(place)s, %(day)s::date + n / 50,"
            "        %(day)s::date + n / 50 + interval '1 hour' + (n %% 50) * interval '5 minutes',"
            "        %(day)s::date + n / 50 + interval '2 hours' + (n %% 50) * interval '5 minutes',"
            "        %(capacity)s FROM generate_series(1, %(slots)s) AS n",
            {"place": ground.place, "day": _first_day(), "capacity": CAPACITY, "slots": SLOTS},
        )
    return ground


def _first_day() -> datetime:
    from madoguchi import clock

    return clock.now() + timedelta(days=14)


def administrator(ground: Ground) -> psycopg.Connection[tuple[object, ...]]:
    """Connect as the administrator to the city's tables."""
    options = f"-c search_path={ground.schema_name}"
    return psycopg.connect(ground.admin_url, autocommit=True, options=options)


def empty(ground: Ground) -> None:
    """Take every booking away."""
    with administrator(ground) as admin:
        for table in (
            *(f"card_reservation_{name}" for name in TABLES),
            "outbox_outboxevent",
            "audit_auditentry",
        ):
            admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            admin.execute(f"TRUNCATE {table} CASCADE")
            admin.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        admin.execute("UPDATE card_reservation_slot SET booked = 0")
        admin.execute("VACUUM ANALYZE card_reservation_slot")
        admin.execute("CHECKPOINT")


def slot_key(number: int) -> UUID:
    """Name a slot; without a letter the gate would read a My Number in the zeros and refuse the booking."""
    return UUID(int=0xF << 124 | number)


def wrong_counts(ground: Ground, *, expected: int | None) -> int:
    """Count what must be zero: over, double, drift, and rows that do not belong together."""
    with administrator(ground) as admin:
        counts = {name: _number(admin, query) for name, query in MUST_BE_ZERO.items()}
        made = _number(admin, "SELECT count(*) FROM card_reservation_booking")
    if expected is not None:
        counts["lost"] = expected - made
    print(
        f"verified: {made} bookings,",
        ", ".join(f"{count} {name}" for name, count in counts.items()),
        flush=True,
    )
    return sum(abs(count) for count in counts.values())


def _number(admin: psycopg.Connection[tuple[object, ...]], query: str) -> int:
    row = admin.execute(query).fetchone()
    assert row is not None
    return int(str(row[0]))
