"""The pages of the law: terms, privacy, accessibility. An editor writes pages, residents read versions."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms import versions
from cms.base import CityPage
from cms.blocks import PageBody
from cms.versions import JAPANESE, Document
from madoguchi import clock


class LegalPage(CityPage):
    """A legal document in one language; every publication makes a version that stays."""

    document = models.CharField(_("文書"), max_length=20, choices=Document)
    effective_on = models.DateField(
        _("適用日"),
        null=True,
        blank=True,
        help_text=_("この日から新しい版になります。それまでは前の版を表示します。日本語のページで決めます。"),
    )
    needs_consent = models.BooleanField(
        _("あらためて同意を求める"),
        default=False,
        help_text=_("前の版に同意した人にも、もう一度同意を求めます。日本語のページで決めます。"),
    )
    lead = models.TextField(_("要約"), max_length=200, blank=True)
    body = StreamField(PageBody(), verbose_name=_("本文"), blank=True)

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("document"), FieldPanel("effective_on"), FieldPanel("needs_consent")],
            heading=_("版"),
        ),
        FieldPanel("lead"),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/legal_page.html"

    class Meta:
        app_label = "cms"
        verbose_name = _("規約・方針のページ")
        default_permissions = ()

    def clean(self) -> None:
        """Refuse a second page of a document, and a version that would apply before an older one."""
        super().clean()
        others = LegalPage.objects.filter(document=self.document, locale_id=self.locale_id)
        if self.document and others.exclude(pk=self.pk).exists():
            raise ValidationError({"document": _("この文書のページはもうあります。")})
        if self.document and self.locale_id and self.locale.language_code == JAPANESE:
            self._check_effective_on()

    def _check_effective_on(self) -> None:
        if self.effective_on is None:
            raise ValidationError({"effective_on": _("適用日を入力してください。")})
        newest = versions.newest_day(document=self.document)
        if newest is not None and self.effective_on < newest:
            raise ValidationError({"effective_on": _("前の版の適用日より前の日にはできません。")})

    def publish(self, revision: Any, *args: Any, **facts: Any) -> Any:
        """Publish, and keep what was published as a version."""
        answer = super().publish(revision, *args, **facts)
        live = LegalPage.objects.filter(pk=self.pk, live=True, live_revision=revision).first()
        if live is not None:
            versions.keep(page=live, by=facts.get("user") or revision.user)
        return answer

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["reading"] = None
        if not getattr(request, "is_preview", False):
            context["reading"] = versions.reading(
                document=self.document,
                language=self.locale.language_code,
                wanted=request.GET.get("version", ""),
                today=clock.today(),
            )
        return context
