"""What a city asks of its people when they sign in, never less than the platform's floor."""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields, replace
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any, Final, Literal, TypeVar

from django.conf import settings
from django.db import transaction

from madoguchi.accounts.credentials import AccountPolicy
from madoguchi.accounts.declarations import MANAGE_STAFF
from madoguchi.accounts.models import Staff
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import current_city, is_operators
from madoguchi.web.seen import ensure_current, version_of

CHANGED: Final = "accounts.policy_changed"
Required = Literal["chosen", "administrators", "everybody"]
# From the weakest to the strongest: a city may ask for more than the floor, never for less.
STRENGTHS: Final[tuple[Required, ...]] = ("chosen", "administrators", "everybody")
SHORTEST: Final = 12

Rules = TypeVar("Rules", "SignInRules", "PasswordRules")


@dataclass(frozen=True, kw_only=True)
class SignInRules:
    """Which methods there are, and who needs a second step."""

    required: Required = "chosen"
    allows_apps: bool = True
    allows_passkeys: bool = True
    allows_passwordless: bool = True
    trusted_networks: tuple[str, ...] = ()
    guesses_a_day: int = 50


@dataclass(frozen=True, kw_only=True)
class PasswordRules:
    """What a new password must look like; what is in use stays until it is changed."""

    shortest: int = SHORTEST
    classes: int = 1
    remembered: int = 3
    expires_days: int = 0
    forbidden_words: tuple[str, ...] = ()


PARTS: Final[Mapping[type, str]] = {SignInRules: "sign_in", PasswordRules: "passwords"}


def sign_in_rules() -> SignInRules:
    """Read what this city asks of a sign-in, with one query."""
    rules = _read(SignInRules)
    if STRENGTHS.index(rules.required) < STRENGTHS.index(floor()):
        rules = replace(rules, required=floor())
    if rules.required != "chosen" and not (rules.allows_apps or rules.allows_passkeys):
        # A floor that was raised later must not ask for what nobody may add.
        rules = replace(rules, allows_apps=True)
    return rules


def password_rules() -> PasswordRules:
    """Read what this city asks of a new password, with one query."""
    rules = _read(PasswordRules)
    if rules.shortest < SHORTEST:
        return replace(rules, shortest=SHORTEST)
    return rules


def floor() -> Required:
    """Name the least that this installation asks of every city."""
    least: Required = settings.MADOGUCHI["SECOND_STEP"]
    return least


def version(part: str) -> str:
    """Name what a city chose of a part, so that a page knows when it is out of date."""
    chosen = AccountPolicy.objects.filter(part=part).values_list("chosen", flat=True).first()
    return version_of(chosen or {})


def keep(*, rules: SignInRules | PasswordRules, actor: Actor, now: datetime, seen: str | None = None) -> bool:
    """Keep what the city chose and write down what changed; tell whether anything did.

    Raises PageMoved where something newer stands there than was seen.
    """
    part = PARTS[type(rules)]
    with transaction.atomic():
        AccountPolicy.objects.get_or_create(part=part, defaults={"changed_at": now})
        row = AccountPolicy.objects.select_for_update().get(part=part)
        stored = row.chosen
        ensure_current(seen=seen, current=version_of(stored))
        before = asdict(
            _from(SignInRules, stored) if isinstance(rules, SignInRules) else _from(PasswordRules, stored)
        )
        after = asdict(rules)
        changed = [name for name in after if before[name] != after[name]]
        if not changed:
            return False
        row.chosen = {name: _plain(value) for name, value in after.items()}
        row.changed_at, row.changed_by = now, actor.name
        row.save(update_fields=["chosen", "changed_at", "changed_by"])
        details = {
            f"{part}.{name}": {"from": _told(before[name]), "to": _told(after[name])} for name in changed
        }
        audit.record(
            actor=actor,
            action=CHANGED,
            object_type="accounts.policy",
            object_ids=[part],
            details=details,
            now=now,
        )
    return True


def needs_second_step(*, staff: Staff, address: str, rules: SignInRules) -> bool:
    """Tell whether the city asks this person at this address for a second step."""
    if is_administrator(staff):
        return rules.required != "chosen"
    return rules.required == "everybody" and not is_trusted(address=address, rules=rules)


def is_administrator(staff: Staff) -> bool:
    """Tell whether this person can let others in; in our operators' world everybody counts."""
    return is_operators(current_city()) or staff.has_permission(MANAGE_STAFF)


def is_trusted(*, address: str, rules: SignInRules) -> bool:
    """Tell whether an address lies in a network that the city trusts."""
    try:
        asking = ip_address(address)
    except ValueError:
        return False
    return any(asking in ip_network(network) for network in rules.trusted_networks)


def _read(kind: type[Rules]) -> Rules:
    stored = AccountPolicy.objects.filter(part=PARTS[kind]).values_list("chosen", flat=True).first()
    return _from(kind, stored or {})


def _from(kind: type[Rules], stored: Mapping[str, Any]) -> Rules:
    """Make the rules of what is stored; what no longer fits the code has its default again."""
    known = {each.name: each.default for each in fields(kind) if each.default is not MISSING}
    usable: dict[str, Any] = {}
    for name, default in known.items():
        value = stored.get(name, default)
        value = tuple(value) if isinstance(default, tuple) and isinstance(value, list) else value
        usable[name] = value if type(value) is type(default) else default
    if kind is SignInRules and usable["required"] not in STRENGTHS:
        usable["required"] = STRENGTHS[0]
    return kind(**usable)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _told(value: Any) -> Any:
    return "・".join(value) or None if isinstance(value, tuple) else value
