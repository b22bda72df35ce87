import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _

from madoguchi.accounts import administrators, entering, overriding, queries, session_book, sessions
from madoguchi.accounts.acting import record as record
from madoguchi.accounts.acting import record_refused
from madoguchi.accounts.codes import digest_of, new_reset_code, normalise_staff_code
from madoguchi.accounts.errors import OwnAccount, ResetCodeRefused, SignInRefused
from madoguchi.accounts.lockout import forget_failures
from madoguchi.accounts.methods import counting, passwords
from madoguchi.accounts.models import ResetCode, Role, Staff
from madoguchi.accounts.roles import BUILT_IN, OPERATORS, BuiltInRole
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.tenancy import current_city, is_operators
from madoguchi.web.seen import ensure_current

RESET_CODE_LIFE = timedelta(hours=24)
OBJECT = "accounts.staff"


def actor_of(request: HttpRequest) -> Actor:
    """Name the signed-in member of staff as an actor for the audit."""
    staff = request.user
    if not isinstance(staff, Staff):
        raise TypeError("nobody is signed in here")
    return staff_actor(staff)


def staff_actor(staff: Staff) -> Actor:
    """Name a member of staff as an actor."""
    return staff.actor


def seed_roles() -> None:
    """Give the city, or our operators' world, its built-in roles; repeatable."""
    for order, built_in in enumerate(built_in_roles()):
        defaults = {"name": str(built_in.name), "is_built_in": True, "order": order}
        Role.objects.update_or_create(key=built_in.key, defaults=defaults)


def built_in_roles() -> tuple[BuiltInRole, ...]:
    """List the roles that this world has from its first day."""
    return OPERATORS if is_operators(current_city()) else BUILT_IN


def sign_in(*, request: HttpRequest, staff_code: str, password: str, now: datetime) -> Staff:
    """Sign a person in and start a session.

    Raises SignInRefused with one answer for an unknown code, a wrong password and a locked pair, and
    SecondStepNeeded when the password alone is not enough.
    """
    code = normalise_staff_code(staff_code)
    staff = authenticate(request, staff_code=code, password=password)
    if not isinstance(staff, Staff):
        record_refusal(request=request, staff_code=code, now=now)
        raise SignInRefused
    entering.enter(request=request, staff=staff, how="password", now=now)
    return staff


def record_refusal(*, request: HttpRequest, staff_code: str, now: datetime) -> None:
    """Record a refused sign-in in a transaction of its own."""
    # An unknown code is not kept: it may be a password typed into the wrong field.
    counting.count_failure(name=staff_code, now=now)
    is_locked = bool(getattr(request, "axes_locked_out", False))
    record_refused(
        staff=Staff.objects.filter(staff_code=staff_code).first(),
        action="accounts.sign_in_locked" if is_locked else "accounts.sign_in_refused",
        now=now,
    )


def sign_out(*, request: HttpRequest, now: datetime, reason: str = "") -> None:
    """End the session at the person's wish; a reason is written down and told to whoever comes next."""
    staff = request.user
    if isinstance(staff, Staff):
        details = {"reason": reason} if reason else {}
        record(actor=staff.actor, action="accounts.signed_out", staff=staff.id, details=details, now=now)
        session_book.close(record=request.session.get(sessions.RECORD, ""), reason="signed_out", now=now)
    sessions.end(request=request, reason=reason)


def add_staff(
    *, staff_code: str, name: str, name_kana: str, section: str, actor: Actor, now: datetime
) -> Staff:
    """Add a person without a password; a reset code lets them choose one."""
    staff = Staff(
        staff_code=normalise_staff_code(staff_code),
        name=name,
        name_kana=name_kana,
        section=section,
    )
    staff.set_unusable_password()
    staff.save()
    record(
        actor=actor,
        action="accounts.staff_added",
        staff=staff.id,
        details={"staff_code": staff.staff_code},
        now=now,
    )
    return staff


def enrol(*, entries: Iterable[Mapping[str, Any]], password: str, now: datetime) -> None:
    """Add the people of a profile who are not here yet, with their role; repeatable."""
    seed_roles()
    for entry in entries:
        code = normalise_staff_code(entry["staff_code"])
        staff = Staff.objects.filter(staff_code=code).first()
        if staff is None:
            texts = {key: str(entry.get(key, "")) for key in ("name", "name_kana", "section")}
            staff = add_staff(staff_code=code, **texts, actor=SYSTEM, now=now)
            if password:
                set_password(staff=staff, password=password, now=now)
        # Somebody whose role is gone from this world gets the profile's; what an administrator gave stays.
        if not staff.roles.filter(key__in=[role.key for role in built_in_roles()]).exists():
            grant(staff_id=staff.id, role_keys=[entry["role"]], is_active=True, actor=SYSTEM, now=now)


def welcome(*, entry: Mapping[str, Any], actor: Actor, now: datetime) -> tuple[Staff, str]:
    """Add a person with roles and issue the code for their first password."""
    staff = add_staff(
        staff_code=entry["staff_code"],
        name=entry["name"],
        name_kana=entry["name_kana"],
        section=entry["section"],
        actor=actor,
        now=now,
    )
    grant(
        staff_id=staff.id,
        role_keys=entry["roles"],
        is_active=entry["is_active"],
        actor=actor,
        now=now,
    )
    if entry.get("email"):
        staff.email = entry["email"]
        staff.save(update_fields=["email"])
    places = [UUID(each) for each in entry.get("places", ())]
    overriding.set_places(staff_id=staff.id, place_ids=places, actor=actor, now=now)
    return staff, issue_reset_code(staff_id=staff.id, actor=actor, now=now)


def change_staff(
    *, staff_id: UUID, entry: Mapping[str, Any], actor: Actor, now: datetime, seen: str | None = None
) -> Staff:
    """Change a person's entry and rights together.

    Raises OwnAccount when somebody would change their own rights, and PageMoved where something newer
    stands there than was seen.
    """
    if seen is not None:
        administrators.hold_still()
        ensure_current(seen=seen, current=queries.version_of_entry(staff_id=staff_id))
    staff = grant(
        staff_id=staff_id,
        role_keys=entry["roles"],
        is_active=entry["is_active"],
        actor=actor,
        now=now,
    )
    places = [UUID(each) for each in entry.get("places", ())]
    overriding.set_places(staff_id=staff_id, place_ids=places, actor=actor, now=now)
    fields = ("name", "name_kana", "section", "email")
    changed = [field for field in fields if field in entry and getattr(staff, field) != entry[field]]
    if changed:
        for field in changed:
            setattr(staff, field, entry[field])
        staff.save(update_fields=changed)
        details = {"fields": changed}
        record(actor=actor, action="accounts.staff_changed", staff=staff_id, details=details, now=now)
    return staff


def grant(*, staff_id: UUID, role_keys: Iterable[str], is_active: bool, actor: Actor, now: datetime) -> Staff:
    """Set a person's roles and whether they may sign in, and end their sessions.

    Raises OwnAccount when somebody would change their own rights, and LastAdministrator.
    """
    administrators.hold_still()
    staff = Staff.objects.select_for_update().get(id=staff_id)
    roles = list(Role.objects.filter(key__in=list(role_keys)))
    before = sorted(staff.roles.values_list("key", flat=True))
    after = sorted(role.key for role in roles)
    if (before, staff.is_active) == (after, is_active):
        return staff
    if actor.id == str(staff_id):
        raise OwnAccount
    with administrators.kept(now=now):
        staff.is_active = is_active
        staff.session_stamp = uuid.uuid4()
        staff.save(update_fields=["is_active", "session_stamp"])
        staff.roles.set(roles)
        details = {"old_roles": before, "new_roles": after, "is_active": is_active}
        record(actor=actor, action="accounts.rights_changed", staff=staff_id, details=details, now=now)
    return staff


def issue_reset_code(*, staff_id: UUID, actor: Actor, now: datetime) -> str:
    """Issue a code for one new password within a day; earlier codes stop working."""
    staff = Staff.objects.get(id=staff_id)
    staff.reset_codes.all().delete()
    code = new_reset_code()
    ResetCode.objects.create(
        staff=staff,
        digest=digest_of(code=code, city=current_city().uuid),
        issued_at=now,
        expires_at=now + RESET_CODE_LIFE,
    )
    record(actor=actor, action="accounts.reset_code_issued", staff=staff_id, now=now)
    return code


def find_reset_code(*, code: str, now: datetime) -> ResetCode:
    """Find the living reset code behind a typed text.

    Raises ResetCodeRefused, one answer for a wrong, used or expired code.
    """
    digest = digest_of(code=code, city=current_city().uuid)
    found = ResetCode.objects.select_related("staff").filter(
        digest=digest, used_at=None, expires_at__gt=now, staff__is_active=True
    )
    reset_code = found.select_for_update(of=("self",)).first()
    if reset_code is None:
        raise ResetCodeRefused
    return reset_code


def owner_of_code(*, code: str, now: datetime) -> Staff | None:
    """Find whose password a typed code may set, for the rules that name the person."""
    try:
        return find_reset_code(code=code, now=now).staff if code else None
    except ResetCodeRefused:
        return None


def use_reset_code(*, code: str, password: str, now: datetime) -> Staff:
    """Set a new password by a reset code, which is used up."""
    reset_code = find_reset_code(code=code, now=now)
    reset_code.used_at = now
    reset_code.save(update_fields=["used_at"])
    staff = reset_code.staff
    set_password(staff=staff, password=password, now=now)
    forget_failures(staff_code=staff.staff_code)
    record(actor=staff_actor(staff), action="accounts.password_reset", staff=staff.id, now=now)
    return staff


def change_password(*, request: HttpRequest, staff: Staff, password: str, now: datetime) -> None:
    """Set the person's own new password and keep only this session."""
    # The new session forgets the old one; what the city still asks of the person is no part of that.
    adds_method = request.session.get(entering.ADDS_METHOD)
    set_password(staff=staff, password=password, now=now)
    sessions.begin(request=request, staff=staff, now=now)
    if adds_method:
        request.session[entering.ADDS_METHOD] = True
    record(actor=staff_actor(staff), action="accounts.password_changed", staff=staff.id, now=now)


def choose_shortcuts(*, staff: Staff, uses: bool, actor: Actor, now: datetime) -> None:
    """Switch the keyboard shortcuts of a person on or off."""
    if staff.uses_shortcuts == uses:
        return
    staff.uses_shortcuts = uses
    staff.save(update_fields=["uses_shortcuts"])
    details = {"fields": ["uses_shortcuts"]}
    record(actor=actor, action="accounts.staff_changed", staff=staff.id, details=details, now=now)


def set_password(*, staff: Staff, password: str, now: datetime) -> None:
    """Store a new password, remember the one it replaces and end every session of the person."""
    passwords.remember(staff=staff, now=now)
    staff.set_password(password)
    staff.must_change_password = False
    staff.password_set_at = now
    staff.session_stamp = uuid.uuid4()
    staff.save(update_fields=["password", "must_change_password", "password_set_at", "session_stamp"])


def record_list_taken(request: HttpRequest, *, rows: int, now: datetime) -> None:
    """Write down that somebody took the list of staff away as a file."""
    audit.record(
        actor=actor_of(request),
        action="accounts.list_exported",
        object_type="accounts.list",
        object_ids=[_("職員")],
        details={"rows": rows, "filters": []},
        now=now,
    )
