"""The kinds of page a city has: its home, pages of guidance, notices."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import PageBody
from cms.planned import planned_services

NOTICES_SHOWN = 5
NEWEST_FIRST = ("-is_urgent", "-announced_on", "-pk")


class HomePage(Page):
    """The first page of a city, in one language."""

    lead = models.TextField(_("あいさつ"), max_length=300, blank=True)
    body = StreamField(PageBody(), verbose_name=_("本文"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.InfoPage", "cms.NoticePage"]
    template = "cms/home_page.html"

    class Meta:
        verbose_name = _("トップページ")
        default_permissions = ()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        notices = NoticePage.objects.child_of(self).live().public().order_by(*NEWEST_FIRST)
        context["notices"] = notices[:NOTICES_SHOWN]
        context["guides"] = InfoPage.objects.child_of(self).live().public().in_menu()
        context["planned"] = planned_services(language=self.locale.language_code)
        return context


class InfoPage(Page):
    """A page of guidance: how to pick up a card, what to bring, where to go."""

    lead = models.TextField(_("要約"), max_length=200, blank=True)
    body = StreamField(PageBody(), verbose_name=_("本文"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/info_page.html"

    class Meta:
        verbose_name = _("案内ページ")
        default_permissions = ()


class NoticePage(Page):
    """Something new that residents should know."""

    announced_on = models.DateField(_("掲載日"))
    is_urgent = models.BooleanField(_("重要なお知らせ"), default=False)
    body = StreamField(PageBody(), verbose_name=_("本文"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("announced_on"),
        FieldPanel("is_urgent"),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/notice_page.html"

    class Meta:
        verbose_name = _("お知らせ")
        default_permissions = ()
