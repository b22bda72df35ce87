"""What announcements take part in."""

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.announcements import declarations
from madoguchi.announcements.preferences import RETENTION
from madoguchi.announcements.values import Announced
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.settings import SettingsSchema
from madoguchi.hooks.values import AuditPhrase, Banner, NavigationItem, Permission, Schedule, Urls


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (Urls(zone="staff", prefix="announcements/", module="madoguchi.announcements.urls"),)


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return declarations.PERMISSIONS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return declarations.AUDIT_PHRASES


@hookimpl
def settings_schema() -> tuple[SettingsSchema, ...]:
    return (RETENTION,)


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return (Schedule(name="announcements.purge", task="announcements.purge", at="40 2 * * *"),)


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return (
        NavigationItem(
            label=_("緊急のお知らせ"),
            url_name="emergencies",
            permission=declarations.PUBLISH_EMERGENCIES,
            section=_("案内と通知"),
            order=840,
        ),
        NavigationItem(
            label=_("予約する方へのお知らせ"),
            url_name="booking_notes",
            permission=declarations.EDIT_ANNOUNCEMENTS,
            section=_("案内と通知"),
            order=845,
        ),
    )


@hookimpl
def page_banners(request: HttpRequest) -> tuple[Banner, ...]:
    # Models are not loaded when the plugins register themselves.
    from madoguchi.announcements import queries

    language = get_language() or "ja"
    return tuple(_banner(one, language) for one in queries.emergencies(now=clock.now()))


def _banner(one: Announced, language: str) -> Banner:
    words = one.words(language)
    return Banner(
        kind="emergency",
        heading=words.heading,
        text=words.text,
        url=words.url,
        url_label=_("くわしい情報") if words.url else "",
        audience=one.audience,  # type: ignore[arg-type]
        lang=words.lang,
    )
