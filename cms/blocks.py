"""The few pieces a page is made of: enough for clear guidance, too few to make a mess."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms import widgets

TEXT_FEATURES = ["bold", "link", "ol", "ul"]


class StepBlock(blocks.StructBlock):
    """One step of a procedure."""

    title = blocks.CharBlock(label=_("見出し"), max_length=60)
    text = blocks.RichTextBlock(label=_("説明"), features=TEXT_FEATURES)


class FactBlock(blocks.StructBlock):
    """One line of a table of facts."""

    name = blocks.CharBlock(label=_("項目"), max_length=60)
    text = blocks.RichTextBlock(label=_("内容"), features=TEXT_FEATURES)


class CautionBlock(blocks.StructBlock):
    """Something nobody should overlook."""

    title = blocks.CharBlock(label=_("見出し"), max_length=60)
    text = blocks.RichTextBlock(label=_("内容"), features=TEXT_FEATURES)

    class Meta:
        template = "cms/blocks/caution.html"
        icon = "warning"


class WidgetBlock(blocks.StructBlock):
    """A piece that a plugin computes whenever the page is shown.

    The choices are asked for at run time, so a plugin that comes or goes is no migration.
    """

    widget = blocks.ChoiceBlock(label=_("部品"), choices=widgets.choices)

    class Meta:
        template = "cms/blocks/widget.html"
        icon = "cogs"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["html"] = widgets.render(value["widget"], request=context.get("request"))
        return context


class PageBody(blocks.StreamBlock):
    """The body of a page."""

    heading = blocks.CharBlock(
        label=_("見出し"), max_length=60, icon="title", template="cms/blocks/heading.html"
    )
    text = blocks.RichTextBlock(
        label=_("文章"), features=TEXT_FEATURES, icon="pilcrow", template="cms/blocks/text.html"
    )
    steps = blocks.ListBlock(StepBlock(), label=_("手順"), icon="list-ol", template="cms/blocks/steps.html")
    facts = blocks.ListBlock(FactBlock(), label=_("一覧"), icon="list-ul", template="cms/blocks/facts.html")
    caution = CautionBlock(label=_("注意"))
    widget = WidgetBlock(label=_("部品"))
