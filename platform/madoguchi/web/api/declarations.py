"""What the machine API declares: a permission, and how the audit list says what happens to tokens."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

MANAGE: Final = "api.manage_tokens"

TOKEN: Final = "api.token"  # noqa: S105
WEBHOOK: Final = "api.webhook"
MADE: Final = "api.token_made"
ROTATED: Final = "api.token_rotated"
REVOKED: Final = "api.token_revoked"
REFUSED: Final = "api.token_refused"
WEBHOOK_MADE: Final = "api.webhook_made"
WEBHOOK_STOPPED: Final = "api.webhook_stopped"
WEBHOOK_TESTED: Final = "api.webhook_tested"

PERMISSIONS: Final = (
    Permission(
        name=MANAGE,
        label=_("システム連携のトークンと通知先を管理する"),
        roles=("city_admin",),
        function=_("システム連携"),
    ),
)

AUDIT_PHRASES: Final = (
    AuditPhrase(
        action=MADE,
        phrase=_("システム連携のトークンを作った"),
        terms={
            "label": _("使いみち"),
            "scopes": _("できること"),
            "sees": _("読める個人情報"),
            "networks": _("接続元"),
        },
    ),
    AuditPhrase(
        action=ROTATED, phrase=_("システム連携のトークンを作り直した"), terms={"label": _("使いみち")}
    ),
    AuditPhrase(
        action=REVOKED, phrase=_("システム連携のトークンを無効にした"), terms={"label": _("使いみち")}
    ),
    AuditPhrase(
        action=REFUSED,
        phrase=_("システム連携のトークンを断った"),
        terms={
            "token_expired": _("期限切れ"),
            "token_revoked": _("無効"),
            "wrong_network": _("接続元が違う"),
            "scope": _("できることに含まれない操作"),
        },
    ),
    AuditPhrase(
        action=WEBHOOK_MADE,
        phrase=_("出来事の通知先を登録した"),
        terms={"label": _("使いみち"), "events": _("知らせること"), "host": _("送り先")},
    ),
    AuditPhrase(action=WEBHOOK_STOPPED, phrase=_("出来事の通知先を止めた"), terms={"label": _("使いみち")}),
    AuditPhrase(action=WEBHOOK_TESTED, phrase=_("出来事の通知を試した"), terms={"label": _("使いみち")}),
)
