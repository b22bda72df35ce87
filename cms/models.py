"""The kinds of page a city has, and the words by which residents find them."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from cms import menu, questions, today
from cms.base import CityPage
from cms.blocks import (
    TEXT_FEATURES,
    Action,
    Cases,
    Contacts,
    PageBody,
    QuestionGroups,
    Questions,
    Ways,
)
from cms.documents import LegalPage
from cms.planned import planned_services
from cms.versions import LegalVersion
from cms.words import PageWords
from madoguchi import clock

__all__ = [
    "AccessPage",
    "ContactPage",
    "FaqPage",
    "HomePage",
    "InfoPage",
    "LegalPage",
    "LegalVersion",
    "NoticeIndexPage",
    "NoticePage",
    "PageWords",
    "ServicePage",
]

NOTICES_SHOWN = 5
NOTICES_ON_A_PAGE = 20
NEWEST_FIRST = ("-is_urgent", "-announced_on", "-pk")


class HomePage(CityPage):
    """The first page of a city, in one language."""

    lead = models.TextField(_("あいさつ"), max_length=300, blank=True)
    body = StreamField(PageBody(), verbose_name=_("本文"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["wagtailcore.Page"]
    template = "cms/home_page.html"

    class Meta:
        verbose_name = _("トップページ")
        default_permissions = ()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        language = self.locale.language_code
        context["notices"] = _notices(self).order_by(*NEWEST_FIRST)[:NOTICES_SHOWN]
        context["archive"] = NoticeIndexPage.objects.child_of(self).live().public().first()
        context["guides"] = menu.guides(self, kinds=(InfoPage, ServicePage))
        context["access"] = AccessPage.objects.child_of(self).live().public().first()
        context["today"] = clock.today()
        context["planned"] = planned_services(language=language)
        context["questions"] = questions.frequent(services=_services(self), pages=_faqs(self))
        context["faq"] = _faqs(self).first()
        context["counters"] = today.counters(language=language)
        return context


class InfoPage(CityPage):
    """A page of guidance that fits no other kind."""

    lead = models.TextField(_("要約"), max_length=200, blank=True)
    body = StreamField(PageBody(), verbose_name=_("本文"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["cms.HomePage", "cms.ServicePage"]
    subpage_types: list[str] = []
    template = "cms/info_page.html"

    class Meta:
        verbose_name = _("案内ページ")
        default_permissions = ()


class ServicePage(CityPage):
    """A service: for whom, what it takes, how to begin, what people ask about it."""

    lead = models.TextField(_("要約"), max_length=200, blank=True)
    who = RichTextField(_("対象の方"), features=TEXT_FEATURES, blank=True)
    duration = models.CharField(_("かかる時間"), max_length=100, blank=True)
    fee = models.CharField(_("手数料"), max_length=200, blank=True)
    where = RichTextField(_("場所"), features=TEXT_FEATURES, blank=True)
    action = StreamField(Action(), verbose_name=_("はじめる"), blank=True, max_num=2)
    body = StreamField(PageBody(), verbose_name=_("本文"), blank=True)
    cases = StreamField(Cases(), verbose_name=_("必要なもの"), blank=True)
    questions = StreamField(Questions(), verbose_name=_("よくある質問"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        MultiFieldPanel(
            [FieldPanel("who"), FieldPanel("duration"), FieldPanel("fee"), FieldPanel("where")],
            heading=_("ひと目でわかること"),
        ),
        FieldPanel("action"),
        FieldPanel("body"),
        FieldPanel("cases"),
        FieldPanel("questions"),
    ]
    parent_page_types = ["cms.HomePage", "cms.ServicePage"]
    subpage_types = ["cms.InfoPage", "cms.ServicePage"]
    template = "cms/service_page.html"

    class Meta:
        verbose_name = _("手続きのページ")
        default_permissions = ()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["below"] = self.get_children().live().public()
        return context


class NoticeIndexPage(CityPage):
    """Every notice there ever was, by year."""

    lead = models.TextField(_("要約"), max_length=200, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NoticePage"]
    template = "cms/notice_index_page.html"

    class Meta:
        verbose_name = _("お知らせ一覧")
        default_permissions = ()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        notices = _notices(self.get_parent())
        years = [day.year for day in notices.dates("announced_on", "year", order="DESC")]
        asked = request.GET.get("year", "")
        year = int(asked) if asked in map(str, years) else None
        shown = notices.filter(announced_on__year=year) if year else notices
        pages = Paginator(shown.order_by("-announced_on", "-pk"), NOTICES_ON_A_PAGE)
        context["years"], context["year"] = years, year
        context["notices"] = pages.get_page(request.GET.get("page", "1"))
        context["query"] = f"year={year}&" if year else ""
        return context


class NoticePage(CityPage):
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
    parent_page_types = ["cms.HomePage", "cms.NoticeIndexPage"]
    subpage_types: list[str] = []
    template = "cms/notice_page.html"

    class Meta:
        verbose_name = _("お知らせ")
        default_permissions = ()


class FaqPage(CityPage):
    """Every question that residents ask: those of the services, and those in groups of its own."""

    lead = models.TextField(_("要約"), max_length=200, blank=True)
    groups = StreamField(QuestionGroups(), verbose_name=_("質問のグループ"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("groups")]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/faq_page.html"

    class Meta:
        verbose_name = _("よくある質問")
        default_permissions = ()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["services"] = questions.asked_about(_services(self.get_parent()))
        return context


class ContactPage(CityPage):
    """Whom to ask about what, with the numbers."""

    lead = models.TextField(_("要約"), max_length=200, blank=True)
    contacts = StreamField(Contacts(), verbose_name=_("担当"), blank=True)
    body = StreamField(PageBody(), verbose_name=_("本文"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("contacts"), FieldPanel("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/contact_page.html"

    class Meta:
        verbose_name = _("お問い合わせ")
        default_permissions = ()


class AccessPage(CityPage):
    """Where the counters are, how to get there, and when they are open."""

    lead = models.TextField(_("要約"), max_length=200, blank=True)
    ways = StreamField(Ways(), verbose_name=_("行き方"), blank=True)
    body = StreamField(PageBody(), verbose_name=_("本文"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("ways"), FieldPanel("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/access_page.html"

    class Meta:
        verbose_name = _("場所と時間")
        default_permissions = ()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        ways = {way.value["place"]: way.value for way in self.ways}
        counters = today.counters(language=self.locale.language_code)
        context["counters"] = [(counter, ways.get(counter.code)) for counter in counters]
        return context


def _notices(home: Page) -> "models.QuerySet[NoticePage]":
    found: models.QuerySet[NoticePage] = NoticePage.objects.descendant_of(home).live().public()
    return found


def _services(home: Page) -> "models.QuerySet[ServicePage]":
    found: models.QuerySet[ServicePage] = ServicePage.objects.descendant_of(home).live().public()
    return found.order_by("path")


def _faqs(home: Page) -> "models.QuerySet[FaqPage]":
    found: models.QuerySet[FaqPage] = FaqPage.objects.child_of(home).live().public()
    return found
