"""Ask for the end: a closed city that has agreed in writing, two operators, a reason."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.approvals import queries, services
from madoguchi.approvals.models import ApprovalRequest
from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import Actor
from madoguchi.standing import standing
from madoguchi.tenancy import City
from madoguchi.web.dates import long_era_date
from tenants.models import City as CityRow
from tenants.offboarding.declarations import ERASE_CITY


class NotClosed(DomainError):
    """Only a city that has been closed can be erased."""

    code = "city_not_closed"
    message = gettext_lazy("「終了」の自治体だけを消去できます。先に終了手続きを済ませてください。")


class NotAgreed(DomainError):
    """The city has not agreed in writing, or before it had its data."""

    code = "city_not_agreed"
    message = gettext_lazy(
        "自治体の同意がないうちは、消去を依頼できません。データを引き渡したあとの同意書の番号と日付が必要です。"
    )


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What the city agreed to, in which paper and when, after it was handed its data."""

    document: str
    agreed_on: date
    handed_over_on: date | None
    """None where the city wants nothing back."""

    def is_given(self, *, today: date) -> bool:
        """Tell whether the city agreed, not later than today and not before it had its data."""
        had_it_before = self.handed_over_on is None or self.handed_over_on <= self.agreed_on
        return bool(self.document.strip()) and self.agreed_on <= today and had_it_before


def ask(*, city: City, reason: str, agreement: Agreement, actor: Actor, now: datetime) -> UUID:
    """Ask another operator to approve that everything of a city is erased.

    Raises NotClosed, NotAgreed, AlreadyAsked and ReasonMissing.
    """
    ensure_closed(city.code)
    if not agreement.is_given(today=clock.local(now).date()):
        raise NotAgreed(code=city.code)
    handed_over = agreement.handed_over_on
    agreed = f"{agreement.document}（{long_era_date(agreement.agreed_on)}）"
    effects = [
        (_("自治体"), f"{city.name}（{city.code}）"),
        (_("データの引き渡し"), long_era_date(handed_over) if handed_over else _("自治体が返却を求めない")),
        (_("自治体の同意"), agreed),
        (_("消すもの"), _("スキーマとロール、ファイル、出来事の控え、名簿の行、暗号鍵")),
        (_("元に戻せるか"), _("戻せません。以前のバックアップも、鍵がないため読めなくなります。")),
        (_("承認の後"), _("運用者がサーバーで erase_city を実行し、消去証明書を発行します。")),
    ]
    wish = services.Wish(
        kind=ERASE_CITY,
        subject=city.code,
        # The certificate repeats it: on whose word the data went.
        reason=f"{reason}　{_('自治体の同意')}：{agreed}" if reason.strip() else reason,
        effects=effects,
        values={"code": city.code, "uuid": str(city.uuid)},
    )
    return services.ask(wish=wish, actor=actor, now=now)


def ensure_closed(code: str) -> CityRow:
    """Find the row of a closed city, whatever this process remembers of it.

    Raises NotClosed.
    """
    row: CityRow | None = CityRow.objects.filter(code=code).first()
    if row is None or standing(row.state).staff != "gone":
        raise NotClosed(code=code)
    return row


def open_request(*, code: str) -> ApprovalRequest | None:
    """Find the request about a city that is still open."""
    return queries.open_about(kind=ERASE_CITY, subject=code)
