from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.declarations import VIEW_ENTRIES
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.settings import SettingsSchema
from madoguchi.hooks.values import AuditPhrase, NavigationItem, Schedule, Urls
from madoguchi.ledger.audit.expiring import EXPIRED
from madoguchi.service_level.preferences import RULES


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (Urls(zone="staff", prefix="log-reports/", module="madoguchi.service_level.urls"),)


@hookimpl
def settings_schema() -> tuple[SettingsSchema, ...]:
    return (RULES,)


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    # Every night: a month whose night the worker slept through is made up for.
    return (
        Schedule(name="service_level.log_reports", task="service_level.make_log_reports", at="20 3 * * *"),
    )


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return (
        NavigationItem(
            label=_("ログの月次報告"),
            url_name="log_reports:list",
            permission=VIEW_ENTRIES,
            section=_("職員と安全"),
            order=911,
        ),
    )


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return (
        AuditPhrase(action="service_level.report_viewed", phrase=gettext_lazy("ログの月次報告を閲覧した")),
        AuditPhrase(
            action="service_level.report_exported", phrase=gettext_lazy("ログの月次報告を書き出した")
        ),
        AuditPhrase(
            action=EXPIRED,
            phrase=gettext_lazy("保存期間を過ぎた操作履歴を消した"),
            terms={"kept_years": gettext_lazy("保存期間（年）")},
        ),
    )
