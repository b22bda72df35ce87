"""What residents take part in."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import Schedule, TrialData


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return (Schedule(name="residents.purge_links", task="residents.purge_links", at="20 2 * * *"),)


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    return (TrialData(label=_("連絡先とリンク"), tables=("residents_link", "residents_contact")),)
