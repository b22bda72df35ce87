"""The list of what somebody should look into."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.ledger.audit import alarms, oddities
from madoguchi.ledger.audit.models import AuditAlert
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty
from madoguchi.web.templatetags.madoguchi import wareki_moment

KINDS = {
    oddities.MANY_PEOPLE: _("1時間に多くの人の情報を見た"),
    oddities.TWO_PLACES: _("同じ人が2か所からサインインした"),
    oddities.MANY_REFUSALS: _("権限のない操作を続けて断られた"),
    oddities.SIGN_IN_SPRAY: _("1つの接続元から、サインインが続けて断られた"),
    alarms.SEAL_BROKEN: _("保存されたデータを開けなかった"),
    oddities.MANY_EXPORTS: _("1時間に多くの行を書き出した"),
    oddities.FOREIGN_NETWORK: _("許可されていない場所から接続された"),
}
UNITS = {
    oddities.MANY_PEOPLE: _("人"),
    oddities.TWO_PLACES: _("か所"),
    oddities.MANY_REFUSALS: _("回"),
    oddities.SIGN_IN_SPRAY: _("回"),
    alarms.SEAL_BROKEN: _("件"),
    oddities.MANY_EXPORTS: _("行"),
    oddities.FOREIGN_NETWORK: _("回"),
}
WAITING = Mark("wait", _("未確認"))
SEEN = Mark("done", _("確認済み"))


def kind_of(alert: AuditAlert) -> str:
    """Say what was odd."""
    return str(KINDS[alert.kind])


def count_of(alert: AuditAlert) -> str:
    """Say how much of it there was."""
    return f"{alert.count}{UNITS[alert.kind]}"


ALERTS = Table(
    name="audit.alerts",
    label=_("気になる操作の一覧"),
    columns=(
        Column(
            name="since",
            label=_("いつから1時間"),
            sort=("since",),
            css="mono",
            is_fixed=True,
            is_link=True,
            value=lambda alert: wareki_moment(alert.since),
        ),
        Column(name="kind", label=_("種類"), value=kind_of),
        Column(name="count", label=_("数"), css="num", sort=("count",), value=count_of),
        Column(name="actor_name", label=_("操作した人"), sort=("actor_name",)),
        Column(name="state", label=_("状態"), value=lambda alert: SEEN if alert.seen_at else WAITING),
        Column(name="seen_by", label=_("確認した人")),
    ),
    filters=(
        Filter(
            name="state",
            label=_("状態"),
            choices=(("waiting", _("未確認")), ("seen", _("確認済み"))),
            apply=lambda found, value: found.filter(seen_at__isnull=value == "waiting"),
        ),
        Filter(name="kind", label=_("種類"), choices=tuple(KINDS.items())),
    ),
    search=("actor_name",),
    search_label=_("氏名"),
    link=lambda alert: reverse("audit_alert", args=[alert.id]),
    nothing_yet=Empty(
        heading=_("気になる操作は見つかっていません"),
        advice=_(
            "1時間に200人以上の情報の閲覧、2か所からのサインイン、30回以上の拒否があると、ここに表示されます。"
        ),
    ),
)
