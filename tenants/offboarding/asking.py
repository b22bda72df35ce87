"""Ask for the end: two operators, a closed city, a reason."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.approvals import queries, services
from madoguchi.approvals.models import ApprovalRequest
from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import Actor
from madoguchi.standing import standing
from madoguchi.tenancy import City
from tenants.models import City as CityRow
from tenants.offboarding.declarations import ERASE_CITY


class NotClosed(DomainError):
    """Only a city that has been closed can be erased."""

    code = "city_not_closed"
    message = gettext_lazy("「終了」の自治体だけを消去できます。先に終了手続きを済ませてください。")


def ask(*, city: City, reason: str, actor: Actor, now: datetime) -> UUID:
    """Ask another operator to approve that everything of a city is erased.

    Raises NotClosed, AlreadyAsked and ReasonMissing.
    """
    ensure_closed(city.code)
    effects = [
        (_("自治体"), f"{city.name}（{city.code}）"),
        (_("消すもの"), _("スキーマとロール、ファイル、出来事の控え、名簿の行、暗号鍵")),
        (_("元に戻せるか"), _("戻せません。以前のバックアップも、鍵がないため読めなくなります。")),
        (_("承認の後"), _("運用者がサーバーで erase_city を実行し、消去証明書を発行します。")),
    ]
    wish = services.Wish(
        kind=ERASE_CITY,
        subject=city.code,
        reason=reason,
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
