"""What the exchange declares and contributes."""

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.exchange import declarations, privacy, queries
from madoguchi.hooks.contracts.people import HeldRecord, PersonWanted
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import (
    AuditPhrase,
    DataClass,
    NavigationItem,
    Permission,
    Schedule,
    StaffTask,
    TrialData,
    Urls,
)


@hookimpl
def urls() -> tuple[Urls, ...]:
    """Mount the import pages on the staff hosts."""
    return (
        Urls(zone="staff", prefix="imports/", module="madoguchi.exchange.urls"),
        Urls(zone="api", prefix="imports/", module="madoguchi.exchange.api"),
    )


@hookimpl
def permissions() -> tuple[Permission, ...]:
    """Let staff import files."""
    return declarations.PERMISSIONS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    """Name the steps of an import in the audit list."""
    return declarations.AUDIT_PHRASES


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    """Throw away uploads that nobody applied, and find the files whose worker died."""
    return (
        Schedule(name="exchange.recover", task="madoguchi.exchange.recover", every=timedelta(minutes=2)),
        Schedule(name="exchange.forget_uploads", task="madoguchi.exchange.forget_uploads", at="10 3 * * *"),
    )


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    """Lead to the imports."""
    return (
        NavigationItem(
            label=_("取込"),
            url_name="imports:index",
            permission=declarations.IMPORT_FILES,
            section=_("日々の業務"),
            order=300,
        ),
    )


@hookimpl
def staff_tasks(request: HttpRequest) -> tuple[StaffTask, ...]:
    """Remind of files that were checked and then left lying."""
    waiting = queries.unapplied()
    if not waiting:
        return ()
    return (
        StaffTask(
            label=gettext_lazy("確かめたまま取り込んでいないファイル"),
            url=reverse("imports:index") + "?state=checked",
            permission=declarations.IMPORT_FILES,
            count=waiting,
            advice=gettext_lazy("取り込むか、破棄してください。"),
            order=60,
        ),
    )


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    """Forget which files were brought in, with whatever is left of them."""
    return (TrialData(label=gettext_lazy("取込"), tables=("exchange_importpiece", "exchange_importjob")),)


@hookimpl
def data_classes() -> tuple[DataClass, ...]:
    """Say how long the records of files stay."""
    return tuple(privacy.classes())


@hookimpl
def export_personal_data(wanted: PersonWanted) -> tuple[HeldRecord, ...]:
    """List the files that wait and name a person."""
    return tuple(privacy.held_about(wanted))
