"""Words of the editor that no catalogue reaches: Django makes them of the names of fields."""

from django.forms import Form
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import choosers

LABELS = {
    "link_text": _("リンクの文字"),
    "email_address": _("メールアドレス"),
    "phone_number": _("電話番号"),
    "subject": _("件名"),
    "body": _("本文"),
}
FORMS: tuple[type[Form], ...] = (
    choosers.ExternalLinkChooserForm,
    choosers.AnchorLinkChooserForm,
    choosers.EmailLinkChooserForm,
    choosers.PhoneLinkChooserForm,
)


def name_fields() -> None:
    """Give the fields of the link choosers names that editors read."""
    for form in FORMS:
        for name, field in form.base_fields.items():
            field.label = LABELS.get(name, field.label)
