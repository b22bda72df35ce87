"""What visits of operators declare: who decides, what stands in the list, and what the home says."""

from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.accounts.visits import networks, services, visitors
from madoguchi.hooks.values import AuditPhrase, Banner, NavigationItem, Permission, StaffTask
from madoguchi.tenancy import current_city, is_operators
from madoguchi.web.templatetags.madoguchi import wareki_moment

DECIDE: Final = "accounts.decide_visits"
PERMISSIONS = (
    Permission(
        name=DECIDE,
        label=_("運用者の閲覧を許可する"),
        roles=("city_admin",),
        function=_("運用者の閲覧"),
    ),
)
_TERMS = {
    "minutes": _("時間（分）"),
    "sees_all": _("氏名などを見せる"),
    "True": _("はい"),
    "False": _("いいえ"),
}
AUDIT_PHRASES = (
    AuditPhrase(action=services.ASKED, phrase=_("運用者が閲覧を申請した"), terms=_TERMS),
    AuditPhrase(action=services.GRANTED, phrase=_("運用者の閲覧を許可した"), terms=_TERMS),
    AuditPhrase(action=services.REFUSED, phrase=_("運用者の閲覧を断った")),
    AuditPhrase(action=services.BEGUN, phrase=_("運用者が閲覧を始めた")),
    AuditPhrase(action=services.VIEWED, phrase=_("運用者が画面を見た")),
    AuditPhrase(action=services.CHANGE_REFUSED, phrase=_("運用者の変更を断った")),
    AuditPhrase(action=services.ENDED, phrase=_("運用者の閲覧を終わらせた")),
    AuditPhrase(action=networks.REFUSED, phrase=_("許可されていない場所からの接続を断った")),
)


def navigation() -> tuple[NavigationItem, ...]:
    """Lead a city's administrators to the visits."""
    if is_operators(current_city()):
        return ()
    return (
        NavigationItem(
            label=gettext("運用者の閲覧"),
            url_name="visit_list",
            permission=DECIDE,
            section=gettext("職員と安全"),
            order=915,
        ),
    )


def staff_tasks(staff: Staff) -> tuple[StaffTask, ...]:
    """Say that operators ask to come in, or are in."""
    if is_operators(current_city()) or not staff.has_permission(DECIDE):
        return ()
    now = clock.now()
    asked, inside = len(services.waiting(now=now)), len(services.running(now=now))
    found = []
    if asked:
        advice = gettext("理由と時間を確かめて、許可するか断ってください。")
        found.append(_task(gettext("運用者の閲覧の申請に答える"), asked, advice))
    if inside:
        advice = gettext("いつでも終わらせることができます。見た画面は操作履歴に残ります。")
        found.append(_task(gettext("運用者がこの自治体の画面を見られます"), inside, advice))
    return tuple(found)


def page_banners(request: HttpRequest) -> tuple[Banner, ...]:
    """Tell an operator on every page that they are a visitor."""
    visit = visitors.visit_of(request) if getattr(request, "user", None) is not None else None
    if visit is None or visit.open_until is None:
        return ()
    text = gettext("%(until)sまで。変更はできません。見た画面はすべて、この自治体の操作履歴に残ります。")
    return (
        Banner(
            kind="maintenance",
            heading=gettext("運用者として%(city)sを閲覧しています") % {"city": current_city().name},
            text=text % {"until": wareki_moment(visit.open_until)},
            url=reverse("visit_leave"),
            url_label=gettext("閲覧を終える"),
            audience="staff",
        ),
    )


def _task(label: str, count: int, advice: str) -> StaffTask:
    return StaffTask(
        label=label,
        url=reverse("visit_list"),
        permission=DECIDE,
        count=count,
        advice=advice,
        is_warning=True,
        order=10,
    )
