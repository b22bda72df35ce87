"""What residents take part in."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import AuditPhrase, Schedule, TrialData


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return (Schedule(name="residents.purge_links", task="residents.purge_links", at="20 2 * * *"),)


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    return (
        TrialData(label=_("連絡先とリンク"), tables=("residents_link", "residents_contact")),
        TrialData(label=_("規約への同意"), tables=("residents_consent",)),
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
