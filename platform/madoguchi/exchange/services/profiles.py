"""Keep the profiles of a city: every change is a new version, and each import names its own."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import Invalid
from madoguchi.exchange.errors import ProfileNotFound
from madoguchi.exchange.formats import find_format
from madoguchi.exchange.models import ImportProfile, ImportProfileVersion
from madoguchi.exchange.rules.profiles import ProfileLayout, check_layout
from madoguchi.hooks.values import ImportFormat
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor

OBJECT: Final = "exchange.profile"
SWITCHED: Final = {True: "exchange.profile_switched_on", False: "exchange.profile_switched_off"}


class NameTaken(Invalid):
    """Another profile of the city has this name."""

    code = "import_profile_name_taken"
    message = _("同じ名前の取込定義があります。別の名前にしてください。")


def required_of(wanted: ImportFormat) -> tuple[str, ...]:
    """List the columns that a profile of a format has to fill."""
    return tuple(column for column in wanted.columns if column not in wanted.may_be_empty)


def create(
    *, name: str, format_name: str, layout: ProfileLayout, note: str, actor: Actor, now: datetime
) -> ImportProfile:
    """Make a profile with its first version.

    Raises NameTaken, UnknownFormat and BadLayout.
    """
    wanted = find_format(name=format_name)
    check_layout(layout=layout, required=required_of(wanted))
    with transaction.atomic():
        profile, is_new = ImportProfile.objects.get_or_create(
            name=name, defaults={"format": wanted.name, "created_at": now, "updated_at": now}
        )
        if not is_new:
            raise NameTaken(name=name)
        return _add(profile, layout, note, actor, now)


def change(
    *, profile_id: UUID, layout: ProfileLayout, note: str, actor: Actor, now: datetime
) -> ImportProfile:
    """Give a profile a new version; the earlier ones stay.

    Raises ProfileNotFound and BadLayout.
    """
    profile = _locked(profile_id)
    check_layout(layout=layout, required=required_of(find_format(name=profile.format)))
    return _add(profile, layout, note, actor, now)


def switch(*, profile_id: UUID, is_active: bool, actor: Actor, now: datetime) -> None:
    """Let a profile be used, or not any more.

    Raises ProfileNotFound.
    """
    profile = _locked(profile_id)
    ImportProfile.objects.filter(id=profile.id).update(is_active=is_active, updated_at=now)
    _record(
        "exchange.profile_switched_on" if is_active else "exchange.profile_switched_off", profile, actor, now
    )


def _add(
    profile: ImportProfile, layout: ProfileLayout, note: str, actor: Actor, now: datetime
) -> ImportProfile:
    number = profile.version + 1
    ImportProfileVersion.objects.create(
        profile=profile,
        number=number,
        layout=layout.to_json(),
        note=note[:200],
        made_by_id=actor.id,
        made_by_name=actor.name,
        made_at=now,
    )
    ImportProfile.objects.filter(id=profile.id).update(version=number, updated_at=now)
    profile.version = number
    _record("exchange.profile_saved", profile, actor, now)
    return profile


def _locked(profile_id: UUID) -> ImportProfile:
    profile = ImportProfile.objects.select_for_update().filter(id=profile_id).first()
    if profile is None:
        raise ProfileNotFound(profile=str(profile_id))
    return profile


def _record(action: str, profile: ImportProfile, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type=OBJECT,
        object_ids=[str(profile.id)],
        details={"name": profile.name, "version": profile.version},
        now=now,
    )
