"""What the report of a month asks of the list."""

from collections.abc import Mapping
from typing import Final

# Work in an office hall begins and ends within these; on Saturdays and Sundays there is none.
FIRST_HOUR: Final = 7
LAST_HOUR: Final = 20
LIMITS: Final[Mapping[str, int]] = {
    "acts": 20,
    "people": 15,
    "lines": 60,
    "first_hour": FIRST_HOUR,
    "last_hour": LAST_HOUR,
}

_FROM = "FROM audit_auditentry WHERE at >= %(since)s AND at < %(until)s"
_STAFF = "actor_kind IN ('staff', 'operator', 'machine')"
_LOCAL = "at AT TIME ZONE 'Asia/Tokyo'"
_ODD = f"""(extract(isodow FROM {_LOCAL}) > 5 OR extract(hour FROM {_LOCAL}) < %(first_hour)s
            OR extract(hour FROM {_LOCAL}) >= %(last_hour)s)"""
_ACT = "CASE WHEN action = %(denied)s THEN details->>'attempted' ELSE action END"
_ROWS = "CASE WHEN details->>'rows' ~ '^[0-9]{1,9}$' THEN (details->>'rows')::bigint ELSE 0 END"
QUESTIONS: Final[Mapping[str, str]] = {
    "kinds": f"SELECT actor_kind, count(*) {_FROM} GROUP BY 1 ORDER BY 2 DESC, 1",
    "days": f"SELECT ({_LOCAL})::date::text, count(*) {_FROM} GROUP BY 1 ORDER BY 1",
    "acts": f"""
        SELECT {_ACT}, action = %(denied)s, count(*) {_FROM}
         GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT %(acts)s""",
    "people": f"""
        SELECT max(actor_name), actor_kind, count(*), count(*) FILTER (WHERE action = %(read)s)
          {_FROM} AND {_STAFF} AND actor_id <> ''
         GROUP BY actor_id, actor_kind ORDER BY 3 DESC, 1 LIMIT %(people)s""",
    "odd_hours": f"""
        SELECT max(actor_name), count(*), min(at), max(at) {_FROM} AND {_STAFF} AND {_ODD}
         GROUP BY actor_id ORDER BY 2 DESC, 1 LIMIT %(people)s""",
    "sign_ins": f"""
        SELECT {_ACT}, count(*) {_FROM}
           AND {_ACT} IN ('accounts.signed_in', 'accounts.sign_in_refused', 'accounts.sign_in_locked',
                          'accounts.second_step_refused', 'accounts.person_locked',
                          'accounts.failures_lifted')
         GROUP BY 1 ORDER BY 1""",
    "refused_people": f"""
        SELECT max(actor_name), count(*) {_FROM} AND action = %(denied)s
           AND details->>'attempted' IN ('accounts.sign_in_refused', 'accounts.sign_in_locked')
         GROUP BY actor_id ORDER BY 2 DESC, 1 LIMIT %(people)s""",
    "exports": f"""
        SELECT max(actor_name), action, count(*), sum({_ROWS})::bigint {_FROM} AND action LIKE '%%export%%'
         GROUP BY actor_id, action ORDER BY 4 DESC, 1 LIMIT %(people)s""",
    "operators": f"""
        SELECT max(actor_name), {_ACT}, count(*), min(at), max(at) {_FROM} AND actor_kind = 'operator'
         GROUP BY actor_id, 2 ORDER BY 1, 3 DESC LIMIT %(lines)s""",
}
