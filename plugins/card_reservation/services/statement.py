"""The booking as ONE statement: round trips cost more than the lock does.

Order of locks: the key, the people (sorted), the slot. Moving and cancelling keep to it, so nobody waits in a
circle. Nothing here raises on a race: a conflict leaves a count short, and the caller takes the rows back.
"""

from madoguchi.ledger.audit import sql as audit
from madoguchi.ledger.outbox import sql as outbox

# The unlocked look decides most refusals without writing; the conditional UPDATE decides races.
# It asks person by person: planned for a list on an empty table, it would read all of it in a rush.
_LOOK = """
window_of (place_id, earliest, latest, lead) AS (
  SELECT * FROM unnest(%(places)s::uuid[], %(earliest)s::date[], %(latest)s::date[], %(leads)s::int[])
),
wanted AS (
  SELECT slot.id,
         CASE
           WHEN EXISTS (SELECT FROM card_reservation_booking WHERE key = %(key)s::uuid) THEN 'seen'
           WHEN NOT slot.is_open OR window_of.place_id IS NULL THEN 'closed'
           WHEN slot.service_id <> %(service)s::uuid THEN 'closed'
           WHEN NOT (place.is_public OR %(is_staff)s::boolean) THEN 'closed'
           WHEN slot.starts_at <= %(now)s::timestamptz THEN 'past'
           WHEN slot.day NOT BETWEEN window_of.earliest AND window_of.latest THEN 'window'
           WHEN slot.starts_at < %(now)s::timestamptz + make_interval(mins => window_of.lead) THEN 'window'
           WHEN EXISTS (SELECT FROM unnest(%(pickups)s::uuid[]) AS asked (pickup)
                         WHERE (SELECT true FROM card_reservation_bookingperson AS person
                                 WHERE person.active AND person.pickup = asked.pickup LIMIT 1)) THEN 'already'
           WHEN slot.booked + %(party_size)s::int > slot.capacity THEN 'full'
           ELSE 'booked'
         END AS outcome,
         slot.place_id, slot.starts_at
    FROM card_reservation_slot AS slot
    JOIN places_place AS place ON place.id = slot.place_id
    LEFT JOIN window_of ON window_of.place_id = slot.place_id
   WHERE slot.id = %(slot_id)s::uuid
)
"""

_WRITE = """
booking AS (
  INSERT INTO card_reservation_booking (id, number, slot_id, party_size, contact_id, channel, state, key,
                                        request_hash, cautions_version, created_at, changed_at)
  SELECT %(booking_id)s::uuid, %(number)s::text, wanted.id, %(party_size)s::int, %(contact_id)s::uuid,
         %(channel)s::text, 'active', %(key)s::uuid, %(request_hash)s::bytea, %(cautions_version)s::text,
         %(now)s::timestamptz, %(now)s::timestamptz
    FROM wanted WHERE wanted.outcome = 'booked'
  ON CONFLICT DO NOTHING
  RETURNING id
),
people AS (
  INSERT INTO card_reservation_bookingperson (booking_id, pickup, position, active)
  SELECT booking.id, person.pickup, person.position, true
    FROM booking, unnest(%(pickups)s::uuid[], %(positions)s::int[]) AS person (pickup, position)
   ORDER BY person.pickup
  ON CONFLICT (pickup) WHERE active DO NOTHING
  RETURNING id
),
taken AS (
  UPDATE card_reservation_slot AS slot
     SET booked = slot.booked + %(party_size)s::int
   WHERE slot.id = %(slot_id)s::uuid
     AND slot.is_open
     AND slot.booked + %(party_size)s::int <= slot.capacity
     AND (SELECT count(*) FROM people) = %(party_size)s::int
  RETURNING slot.place_id, slot.starts_at
)
"""

_PAYLOAD = (
    "%(event_payload)s::jsonb"
    " || jsonb_build_object('place_id', taken.place_id, 'slot_starts_at', taken.starts_at)"
)

_ANSWER = """
SELECT wanted.outcome,
       (SELECT count(*) FROM booking), (SELECT count(*) FROM people), (SELECT count(*) FROM taken),
       wanted.place_id, wanted.starts_at
  FROM wanted
"""

BOOK = (
    f"WITH {_LOOK}, {_WRITE}, entry AS ({audit.insert()} FROM taken),"
    f" event AS ({outbox.insert(payload=_PAYLOAD)} FROM taken) {_ANSWER}"
)

# Beyond the capacity nothing is full: the counter goes up, and the allowance with it. A statement of its
# own, so that the one of every day stays as short as it is.
_LOOK_BEYOND = _LOOK.replace(
    "WHEN slot.booked + %(party_size)s::int > slot.capacity THEN 'full'\n           ", ""
)
_WRITE_BEYOND = (
    _WRITE.replace(
        "SET booked = slot.booked + %(party_size)s::int",
        "SET booked = slot.booked + %(party_size)s::int,"
        " allowance = greatest(slot.booked + %(party_size)s::int - slot.capacity, 0)",
    )
    .replace("     AND slot.booked + %(party_size)s::int <= slot.capacity\n", "")
    .replace(
        "RETURNING slot.place_id, slot.starts_at", "RETURNING slot.place_id, slot.starts_at, slot.allowance"
    )
)
_OVER = """
over_capacity AS (
  INSERT INTO card_reservation_overcapacity (booking_id, reason, allowed_at)
  SELECT booking.id, %(beyond)s::text, %(now)s::timestamptz
    FROM booking, taken WHERE taken.allowance > 0
)
"""

BOOK_BEYOND = (
    f"WITH {_LOOK_BEYOND}, {_WRITE_BEYOND}, {_OVER}, entry AS ({audit.insert()} FROM taken),"
    f" event AS ({outbox.insert(payload=_PAYLOAD)} FROM taken) {_ANSWER}"
)

TAKE_BACK = """
WITH people AS (DELETE FROM card_reservation_bookingperson WHERE booking_id = %(booking_id)s)
DELETE FROM card_reservation_booking WHERE id = %(booking_id)s
"""
