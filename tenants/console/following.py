"""How far a wish for a city has come, and what to do when it cannot come true."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.services import RESET_CODE_LIFE
from madoguchi.web.brands import HUE_LABELS, MARK_LABELS
from madoguchi.web.templatetags.madoguchi import wareki_long
from tenants.console.badges import REQUESTS, Badge
from tenants.console.wizard import PERSONAL_DATA, STEPS, is_answered
from tenants.models import ProvisioningRequest, RequestState
from tenants.provisioning.orders import MADE
from tenants.rules.hosts import resident_host, staff_host
from tenants.switching import label_of

# The steps in which provisioning reports, in their order.
REPORTED: Final = (
    ("template", gettext_lazy("ひな型の準備")),
    ("schema", gettext_lazy("スキーマと権限")),
    ("key", gettext_lazy("暗号鍵")),
    ("content", gettext_lazy("役割・場所・ページ")),
    (MADE, gettext_lazy("最初の管理者")),
)
ADVICE: Final = {
    "city_exists": gettext_lazy(
        "同じコードか短い名前の自治体があります。名前を直して、もう一度送ってください。"
    ),
    "unknown_plugin": gettext_lazy("導入されていない機能が選ばれています。機能を選び直してください。"),
    "bad_profile": gettext_lazy("内容に誤りがあります。直して、もう一度送ってください。"),
    "fleet_is_behind": gettext_lazy(
        "自治体のスキーマが古い版です。先にスキーマ更新（migrate_fleet）を終えてから、送ってください。"
    ),
    "already_signed_in": gettext_lazy(
        "最初の管理者は、もうパスワードを決めています。自治体の管理者に再設定を依頼してください。"
    ),
    "gave_up": gettext_lazy(
        "何度か試しましたが、途中で止まりました。サーバーの記録（provision）を確かめてから送ってください。"
    ),
}


@dataclass(frozen=True)
class Answer:
    """One line of the check: what was asked, what was answered and where to change it."""

    label: str
    text: str
    step: str


@dataclass(frozen=True, kw_only=True)
class Following:
    """A wish as its page shows it."""

    badge: Badge
    title: str
    answers: Sequence[Answer]
    missing: Sequence[tuple[str, str]]
    done: int
    total: int
    label: str
    advice: str
    resident_url: str
    staff_url: str
    is_made: bool
    code_expires_at: datetime
    is_code_expired: bool

    @property
    def is_complete(self) -> bool:
        """Tell whether the wish can be sent."""
        return not self.missing


def follow(row: ProvisioningRequest, *, now: datetime) -> Following:
    """Describe a wish."""
    city = row.profile.get("city", {})
    resident, staff = _urls(str(city.get("slug", "")))
    names = [name for name, _label in REPORTED]
    is_made = row.state == RequestState.DONE or row.step == MADE
    done = names.index(row.step) + 1 if row.step in names else 0
    return Following(
        badge=REQUESTS[RequestState.DONE if is_made else RequestState(row.state)],
        title=str(city.get("name") or _("新しい自治体")),
        answers=list(_answers(row.profile)),
        missing=[(each.key, str(each.title)) for each in STEPS if not is_answered(each, row.profile)],
        done=done,
        total=len(REPORTED),
        label=str(dict(REPORTED).get(row.step, REQUESTS[RequestState(row.state)].label)),
        advice=str(ADVICE.get(row.error, _("サーバーの記録（provision）を確かめてください。"))),
        resident_url=resident,
        staff_url=staff,
        is_made=is_made,
        code_expires_at=row.changed_at + RESET_CODE_LIFE,
        is_code_expired=row.changed_at + RESET_CODE_LIFE < now,
    )


def _urls(slug: str) -> tuple[str, str]:
    if not slug:
        return "", ""
    base, staff_base = settings.MADOGUCHI["BASE_HOST"], settings.MADOGUCHI["STAFF_BASE_HOST"]
    scheme, suffix = settings.MADOGUCHI["SCHEME"], settings.MADOGUCHI["PORT_SUFFIX"]
    hosts = resident_host(slug, base=base), staff_host(slug, base=base, staff_base=staff_base)
    return f"{scheme}://{hosts[0]}{suffix}", f"{scheme}://{hosts[1]}{suffix}"


def _answers(profile: dict[str, Any]) -> list[Answer]:
    city, brand = profile.get("city", {}), profile.get("city", {}).get("brand", {})
    contract = profile.get("contract", {})
    first: dict[str, Any] = next(iter(profile.get("staff", ())), {})
    place: dict[str, Any] = next(iter(profile.get("places", ())), {})
    active = map(label_of, profile.get("plugins", {}).get("active", ()))
    desk = [str(brand[key]) for key in ("contact", "phone") if key in brand]
    days = [wareki_long(date.fromisoformat(contract[key])) for key in ("starts_on", "ends_on") if contract]
    return [
        Answer(_("自治体"), f"{city.get('name', '')} {city.get('name_kana', '')}", "city"),
        Answer(_("コード"), str(city.get("code", "")), "city"),
        Answer(_("都道府県"), str(city.get("prefecture", "")), "city"),
        Answer(_("英語名"), str(city.get("name_en", "")), "city"),
        Answer(_("短い名前"), str(city.get("slug", "")), "city"),
        Answer(_("色・しるし"), _look(brand), "brand"),
        Answer(_("問い合わせ先"), " ".join(desk), "brand"),
        Answer(_("機能"), "、".join(active), "plugins"),
        Answer(_("予約での個人情報の扱い"), _personal_data(profile), "plugins"),
        Answer(_("最初の場所"), str(place.get("name", "")), "plugins"),
        Answer(_("契約期間"), "〜".join(days), "contract"),
        Answer(_("最初の管理者"), f"{first.get('staff_code', '')} {first.get('name', '')}".strip(), "staff"),
    ]


def _personal_data(profile: dict[str, Any]) -> str:
    kept = profile.get("booking", {}).get("personal_data", "")
    return str(PERSONAL_DATA.get(kept, ""))


def _look(brand: dict[str, Any]) -> str:
    if not brand:
        return ""
    return f"{HUE_LABELS.get(brand.get('hue', ''), '')}・{MARK_LABELS.get(brand.get('mark', ''), '')}"
