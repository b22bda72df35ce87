"""What residents take part in."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import AuditPhrase, DataClass, PersonalTable, Schedule, TrialData
from madoguchi.residents import privacy, services


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return (Schedule(name="residents.purge_links", task="residents.purge_links", at="20 2 * * *"),)


@hookimpl
def personal_tables() -> tuple[PersonalTable, ...]:
    return (PersonalTable(kind="address", table="residents_contact", purge=services.forget_everybody),)


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    return (
        TrialData(label=_("連絡先とリンク"), tables=("residents_link", "residents_contact")),
        TrialData(label=_("規約への同意"), tables=("residents_consent",)),
        TrialData(label=_("番号の照合の記録"), tables=("residents_attempt", "residents_spentproof")),
    )


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return (
        AuditPhrase(
            action="residents.agreed",
            phrase=_("規約などに同意した"),
            terms={
                "terms": _("利用規約"),
                "privacy": _("個人情報の取り扱い"),
                "language": _("ことば"),
            },
        ),
    )


@hookimpl
def data_classes() -> tuple[DataClass, ...]:
    return privacy.DATA_CLASSES


@hookimpl
def export_personal_data(wanted: PersonWanted) -> tuple[HeldRecord, ...]:
    return tuple(privacy.held_about(wanted))


@hookimpl
def erase_personal_data(records: tuple[str, ...], now: datetime) -> tuple[Erased, ...]:
    return tuple(privacy.erase_held(records))
