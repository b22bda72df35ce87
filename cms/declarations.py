"""The words under which the history of the house tells what this room did."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase

DOCUMENTS = {
    "terms": _("利用規約"),
    "privacy": _("個人情報の取り扱い"),
    "accessibility": _("ウェブアクセシビリティ方針"),
}

AUDIT_PHRASES = (
    AuditPhrase(
        action="cms.legal_version_published",
        phrase=_("規約・方針の版を公開した"),
        terms={
            **DOCUMENTS,
            "document": _("文書"),
            "version": _("版"),
            "language": _("ことば"),
            "effective_on": _("適用日"),
            "needs_consent": _("あらためて同意を求める"),
            "sha256": _("内容の指紋"),
            "True": _("はい"),
            "False": _("いいえ"),
        },
    ),
)
