"""Keep the profiles of QR codes: every change is a new version, and each reading names its own."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import Invalid, NotFound
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models.intake import QrProfile, QrProfileVersion
from plugins.card_management.rules.qr_text import QrLayout, check_qr

OBJECT: Final = "card_management.qr_profile"


class QrProfileNotFound(NotFound):
    """There is no such profile of QR codes."""

    code = "qr_profile_not_found"
    message = _("このQRの定義は見つかりません。")


class QrNameTaken(Invalid):
    """Another profile of QR codes has this name."""

    code = "qr_profile_name_taken"
    message = _("同じ名前のQRの定義があります。別の名前にしてください。")


def create(*, name: str, layout: QrLayout, actor: Actor, now: datetime) -> QrProfile:
    """Make a profile with its first version.

    Raises QrNameTaken and BadPattern.
    """
    check_qr(layout)
    with transaction.atomic():
        profile, is_new = QrProfile.objects.get_or_create(
            name=name, defaults={"created_at": now, "updated_at": now}
        )
        if not is_new:
            raise QrNameTaken(name=name)
        return _add(profile, layout, actor, now)


def change(*, profile_id: UUID, layout: QrLayout, is_active: bool, actor: Actor, now: datetime) -> QrProfile:
    """Give a profile a new version, or leave it unused.

    Raises QrProfileNotFound and BadPattern.
    """
    check_qr(layout)
    profile = QrProfile.objects.select_for_update().filter(id=profile_id).first()
    if profile is None:
        raise QrProfileNotFound(profile=str(profile_id))
    QrProfile.objects.filter(id=profile.id).update(is_active=is_active)
    return _add(profile, layout, actor, now)


def _add(profile: QrProfile, layout: QrLayout, actor: Actor, now: datetime) -> QrProfile:
    number = profile.version + 1
    QrProfileVersion.objects.create(
        profile=profile,
        number=number,
        layout=layout.to_json(),
        made_by_id=actor.id,
        made_by_name=actor.name,
        made_at=now,
    )
    QrProfile.objects.filter(id=profile.id).update(version=number, updated_at=now)
    audit.record(
        actor=actor,
        action="card_management.qr_profile_saved",
        object_type=OBJECT,
        object_ids=[str(profile.id)],
        details={"name": profile.name, "version": number},
        now=now,
    )
    return profile
