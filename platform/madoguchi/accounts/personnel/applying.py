"""A whole change of personnel: read at once, decided person by person, written at once."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.accounts import administrators, permissions
from madoguchi.accounts.acting import OBJECT
from madoguchi.accounts.codes import is_staff_code, normalise_staff_code
from madoguchi.accounts.errors import LastAdministrator, OwnAccount, StaffCodeOdd
from madoguchi.accounts.models import Role, Staff
from madoguchi.errors import DomainError
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.words import letters

TEXTS = ("name", "name_kana", "section", "email")
WRITTEN = (*TEXTS, "is_active", "session_stamp", "place_ids")
AT_ONCE = 500


@dataclass(frozen=True)
class Changed:
    """What becomes of one person: the facts of before, nothing for somebody new, and those of now."""

    person: Staff
    was: Mapping[str, Any] | None
    then: Mapping[str, Any]

    @property
    def before(self) -> Mapping[str, Any]:
        """Give the facts of before; somebody new begins with nothing."""
        return self.was or NOBODY


NOBODY: Mapping[str, Any] = {**dict.fromkeys(TEXTS, ""), "roles": [], "places": [], "is_active": True}


class Crowd:
    """Everybody whom a file names, with who can let people in, as they stand after each decision.

    Nobody else changes an administrator until the transaction ends.
    """

    def __init__(self, *, codes: Collection[str], actor: Actor, now: datetime) -> None:
        administrators.hold_still()
        self._actor, self._today = actor, clock.local(now).date()
        self._people = {
            person.staff_code: person
            for person in Staff.objects.select_for_update(of=("self",))
            .filter(staff_code__in=codes)
            .prefetch_related("roles")
        }
        self._roles = {role.key: role for role in Role.objects.all()}
        self._standing = set(administrators.standing(today=self._today))

    @property
    def people(self) -> Collection[Staff]:
        """List those whom the file names and who are here."""
        return self._people.values()

    def decide(self, entry: Mapping[str, Any]) -> Changed:
        """Say what a line of the file means for its person.

        Raises LeaverUnknown, JoinerNameless, StaffCodeOdd, OwnAccount or LastAdministrator.
        """
        person = self._people.get(entry["staff_code"])
        if entry["kind"] == "leave":
            if person is None:
                raise LeaverUnknown
            return self.give(person, {**facts_of(person), "is_active": False})
        if person is None:
            newcomer = _newcomer(entry)
            return self._allowed(Changed(newcomer, None, {**NOBODY, **wanted_of(entry)}))
        was = facts_of(person)
        return self.give(person, {**was, **wanted_of(entry, was), "is_active": True})

    def give(self, person: Staff, then: Mapping[str, Any]) -> Changed:
        """Say what somebody gets.

        Raises OwnAccount or LastAdministrator.
        """
        return self._allowed(Changed(person, facts_of(person), then))

    def _allowed(self, wanted: Changed) -> Changed:
        # A role may be gone since the file was read: nobody gets it, and no entry says so.
        roles = sorted(role.key for role in self.roles(wanted.then["roles"]))
        change = replace(wanted, then={**wanted.then, "roles": roles})
        changes_rights = _differs(change, "roles", "is_active")
        if self._actor.id == str(change.person.id) and (changes_rights or _differs(change, "places")):
            raise OwnAccount
        if changes_rights:
            self._keep_one_standing(change)
        return change

    def _keep_one_standing(self, change: Changed) -> None:
        after = self._standing - {change.person.pk}
        granted = [name for role in self.roles(change.then["roles"]) for name in role.granted]
        if change.then["is_active"] and administrators.can_for_good(
            by_roles=granted, stored=change.person.overrides, today=self._today
        ):
            after |= {change.person.pk}
        if self._standing and not after:
            raise LastAdministrator
        self._standing = after

    def roles(self, keys: Collection[str]) -> list[Role]:
        """List the roles behind keys."""
        return [self._roles[key] for key in keys if key in self._roles]

    def write(self, changes: Sequence[Changed], *, now: datetime) -> None:
        """Write down what was decided, with an entry of the audit list for each act."""
        for change in changes:
            _put(change)
        Staff.objects.bulk_create([each.person for each in changes if each.was is None], AT_ONCE)
        known = [each.person for each in changes if each.was is not None and each.was != each.then]
        Staff.objects.bulk_update(known, WRITTEN, AT_ONCE)
        self._write_roles([each for each in changes if _differs(each, "roles")])
        places = {str(place.id): place.name for place in permissions.work_places()}
        entries = [entry for change in changes for entry in _told(change, places)]
        audit.record_all(actor=self._actor, object_type=OBJECT, entries=entries, now=now)

    def _write_roles(self, changes: Sequence[Changed]) -> None:
        held = Staff.roles.through
        held.objects.filter(staff_id__in=[each.person.pk for each in changes]).delete()
        rows = [
            held(staff_id=each.person.pk, role_id=role.pk)
            for each in changes
            for role in self.roles(each.then["roles"])
        ]
        held.objects.bulk_create(rows, AT_ONCE)


class LeaverUnknown(DomainError):
    """Somebody who is not here cannot leave."""

    code = "leaver_unknown"
    message = gettext_lazy("登録されていない職員コードです。")


class JoinerNameless(DomainError):
    """Somebody new needs a name."""

    code = "joiner_nameless"
    message = gettext_lazy("新しい職員には氏名が必要です。")


def facts_of(person: Staff) -> dict[str, Any]:
    """Note what a file can change of somebody; cheap where the roles were read along."""
    return {
        **{name: getattr(person, name) for name in TEXTS},
        "roles": sorted(role.key for role in person.roles.all()),
        "places": sorted(str(each) for each in person.place_ids or ()),
        "is_active": person.is_active,
    }


def wanted_of(entry: Mapping[str, Any], was: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Give what a line asks for; a cell that the file lacks or leaves as it is asks for nothing."""
    wanted = {name: entry[name] for name in TEXTS if name in entry}
    wanted |= {name: sorted(set(entry[name])) for name in ("roles", "places") if name in entry}
    # A sheet gives letters in their usual width: a name typed in another is still the same name.
    same = [name for name in TEXTS if name in wanted and was and letters.plain(was[name]) == wanted[name]]
    return {name: value for name, value in wanted.items() if name not in same}


def _newcomer(entry: Mapping[str, Any]) -> Staff:
    if not entry.get("name"):
        raise JoinerNameless
    if not is_staff_code(entry["staff_code"]):
        raise StaffCodeOdd
    person = Staff(staff_code=normalise_staff_code(entry["staff_code"]))
    person.set_unusable_password()
    return person


def _put(change: Changed) -> None:
    for name in TEXTS:
        setattr(change.person, name, change.then[name])
    change.person.place_ids = [UUID(each) for each in change.then["places"]] or None
    if _differs(change, "roles", "is_active"):
        change.person.is_active = change.then["is_active"]
        change.person.session_stamp = uuid.uuid4()


def _differs(change: Changed, *names: str) -> bool:
    return any(change.before[name] != change.then[name] for name in names)


def _told(change: Changed, places: Mapping[str, str]) -> Iterator[audit.Entry]:
    """Tell the same acts as when one person is changed on a page."""
    before, then, person = change.before, change.then, [str(change.person.pk)]
    if change.was is None:
        details: dict[str, Any] = {"staff_code": change.person.staff_code}
        yield audit.Entry("accounts.staff_added", person, details)
    if _differs(change, "roles", "is_active"):
        details = {"old_roles": before["roles"], "new_roles": then["roles"], "is_active": then["is_active"]}
        yield audit.Entry("accounts.rights_changed", person, details)
    if _differs(change, "places"):
        said = {
            key: [places.get(each, each) for each in value["places"]] or ["all_places"]
            for key, value in (("from", before), ("to", then))
        }
        yield audit.Entry("accounts.places_changed", person, said)
    fields = [name for name in TEXTS if before[name] != then[name]]
    if fields and change.was is not None:
        yield audit.Entry("accounts.staff_changed", person, {"fields": fields})
