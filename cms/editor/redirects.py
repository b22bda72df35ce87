"""Addresses that lead elsewhere, as editors keep them: to a page here, or to another site over https."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import Button
from wagtail.contrib.redirects import views
from wagtail.contrib.redirects.forms import RedirectForm

from cms.redirects import leads_safely


class AddressForm(RedirectForm):
    """An address and where it leads; a city has one site, so nobody is asked which."""

    site = None

    class Meta(RedirectForm.Meta):
        fields = ("old_path", "is_permanent", "redirect_page", "redirect_link")

    def clean_redirect_link(self) -> str:
        """Refuse a link that is open to eavesdroppers."""
        link = str(self.cleaned_data["redirect_link"])
        if link and not leads_safely(link):
            raise ValidationError(_("https:// で始まるアドレスを入れてください。"))
        return link

    def clean(self) -> dict[str, Any] | None:
        """Ask for exactly one target."""
        cleaned: dict[str, Any] | None = super().clean()
        targets = [self.cleaned_data.get(name) for name in ("redirect_page", "redirect_link")]
        if not self.errors and sum(map(bool, targets)) != 1:
            raise ValidationError(_("ページか、ほかのサイトのアドレスの、どちらか1つを入れてください。"))
        return cleaned


class AddressList(views.IndexView):
    """The addresses of the site that lead elsewhere."""

    columns = [column for column in views.IndexView.columns if column.name != "site"]
    list_export = [name for name in views.IndexView.list_export if name != "site"]
    filterset_class = None

    @property
    def header_more_buttons(self) -> list[Button]:
        """Offer no import: addresses are few, and are typed."""
        buttons: list[Button] = super().header_more_buttons
        return [button for button in buttons if "import" not in str(button.url)]


class NewAddress(views.CreateView):
    """A new address."""

    form_class = AddressForm


class ChangedAddress(views.EditView):
    """An address that leads elsewhere from now on."""

    form_class = AddressForm
