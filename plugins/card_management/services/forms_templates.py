"""The layouts of a city: the newest version, a draft beside it, and every one that was printed from."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import Invalid, NotFound
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from plugins.card_management.declarations.forms import SORTS, Sort
from plugins.card_management.models.forms import FormTemplate
from plugins.card_management.rules.forms_layout import BadLayout, Layout, check, from_values, to_values

# What views and tasks may call a version.
Template: TypeAlias = FormTemplate
DRAFT: Final = 0
FIRST: Final = 1


class NoSuchForm(NotFound):
    """This house has no form of this name, or none of this version."""

    code = "no_such_form"
    message = _("この様式は見つかりません。一覧から選び直してください。")


class NoDraft(Invalid):
    """There is nothing to make a version of."""

    code = "no_layout_draft"
    message = _("変えたところがないので、新しい版にしませんでした。")


class LayoutRefused(Invalid):
    """A layout cannot be printed so."""

    code = "layout_refused"
    message = _("位置と大きさが用紙や枠からはみ出しています。数字を直してください。")


def sort_of(key: str) -> Sort:
    """Find a form or letter by its name.

    Raises NoSuchForm.
    """
    found = SORTS.get(key)
    if found is None:
        raise NoSuchForm(key=key)
    return found


def current(*, key: str, now: datetime) -> FormTemplate:
    """Give the newest version; the first is written down when it is first needed.

    Raises NoSuchForm.
    """
    found = newest(key=key)
    if found is not None:
        return found
    # Written down, so that a later release that draws it anew changes nothing that was printed.
    made, _is_new = FormTemplate.objects.get_or_create(
        key=sort_of(key).key,
        version=FIRST,
        defaults={"layout": to_values(sort_of(key).draw()), "made_at": now, "made_by_id": SYSTEM.id},
    )
    return made


def newest(*, key: str) -> FormTemplate | None:
    """Give the newest version, or nothing where none was needed yet."""
    return FormTemplate.objects.filter(key=key).exclude(version=DRAFT).order_by("-version").first()


def version(*, key: str, number: int) -> FormTemplate:
    """Give one version.

    Raises NoSuchForm.
    """
    found = FormTemplate.objects.filter(key=key, version=number).first()
    if found is None:
        raise NoSuchForm(key=key, version=number)
    return found


def draft(*, key: str) -> FormTemplate | None:
    """Give the draft, where somebody is at work on one."""
    return FormTemplate.objects.filter(key=key, version=DRAFT).first()


def versions(*, key: str) -> list[FormTemplate]:
    """List the versions, the newest first."""
    return list(FormTemplate.objects.filter(key=key).exclude(version=DRAFT).order_by("-version"))


def layout_of(template: FormTemplate) -> Layout:
    """Read the layout of a version."""
    return from_values(template.layout)


def overview() -> dict[str, tuple[FormTemplate | None, FormTemplate | None]]:
    """Give the newest version and the draft of every layout, in one query."""
    found: dict[str, tuple[FormTemplate | None, FormTemplate | None]] = {}
    for each in FormTemplate.objects.order_by("version").defer("layout"):
        newest_one, draft_one = found.get(each.key, (None, None))
        found[each.key] = (newest_one, each) if each.version == DRAFT else (each, draft_one)
    return found


def keep_draft(
    *,
    key: str,
    numbers: Mapping[str, Mapping[str, Any]],
    texts: Sequence[str],
    shift: tuple[float, float],
    actor: Actor,
    now: datetime,
) -> FormTemplate:
    """Keep other positions, sizes and words as the draft.

    Raises NoSuchForm and LayoutRefused.
    """
    before = layout_of(draft(key=key) or current(key=key, now=now))
    changed = _with_texts(before.moved(numbers), texts)
    values = to_values(changed) | {"shift_x": shift[0], "shift_y": shift[1]}
    try:
        check(from_values(values))
    except BadLayout as broken:
        raise LayoutRefused(reason=broken.reason, faults=broken.faults) from broken
    found, _is_new = FormTemplate.objects.update_or_create(
        key=key,
        version=DRAFT,
        defaults={
            "layout": values,
            "made_at": now,
            "made_by_id": actor.id,
            "made_by_name": actor.name,
        },
    )
    return found


def drop_draft(*, key: str) -> None:
    """Forget the draft."""
    FormTemplate.objects.filter(key=key, version=DRAFT).delete()


def publish(*, key: str, note: str, actor: Actor, now: datetime) -> FormTemplate:
    """Make the draft the version from which everything is printed from now on.

    Raises NoDraft.
    """
    with transaction.atomic():
        last = current(key=key, now=now)
        FormTemplate.objects.select_for_update().get(pk=last.pk)
        found = draft(key=key)
        if found is None or found.layout == last.layout:
            raise NoDraft(key=key)
        made = FormTemplate.objects.create(
            key=key,
            version=last.version + 1,
            layout=found.layout,
            note=note.strip()[:200],
            made_at=now,
            made_by_id=actor.id,
            made_by_name=actor.name,
        )
        found.delete()
        audit.record(
            actor=actor,
            action="card_management.layout_changed",
            object_type="card_management.form_template",
            object_ids=[str(made.id)],
            details={"form": key, "version": made.version},
            now=now,
        )
    return made


def take_up(*, key: str, number: int, actor: Actor, now: datetime) -> FormTemplate:
    """Make an earlier version the draft again.

    Raises NoSuchForm.
    """
    layout = sort_of(key).draw() if number == DRAFT else layout_of(version(key=key, number=number))
    found, _is_new = FormTemplate.objects.update_or_create(
        key=key,
        version=DRAFT,
        defaults={
            "layout": to_values(layout),
            "made_at": now,
            "made_by_id": actor.id,
            "made_by_name": actor.name,
        },
    )
    return found


def _with_texts(layout: Layout, texts: Sequence[str]) -> Layout:
    marks = [
        replace(mark, text=text) if text and mark.text else mark
        for mark, text in zip(layout.marks, [*texts, *[""] * len(layout.marks)], strict=False)
    ]
    return replace(layout, marks=tuple(marks))
