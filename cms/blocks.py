"""The few pieces a page is made of: enough for clear guidance, too few to make a mess."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

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


class CallOutBlock(blocks.StructBlock):
    """Something good to know, set apart from the text."""

    title = blocks.CharBlock(label=_("見出し"), max_length=60)
    text = blocks.RichTextBlock(label=_("内容"), features=TEXT_FEATURES)

    class Meta:
        template = "cms/blocks/call_out.html"
        icon = "info-circle"


class FoldedBlock(blocks.StructBlock):
    """A heading that opens to show its text."""

    title = blocks.CharBlock(label=_("見出し"), max_length=80)
    text = blocks.RichTextBlock(label=_("内容"), features=TEXT_FEATURES)


class PictureBlock(blocks.StructBlock):
    """A picture with the words that stand for it where it cannot be seen."""

    picture = ImageChooserBlock(label=_("画像"))
    alt = blocks.CharBlock(
        label=_("代わりの文"),
        help_text=_("画像が見えない方に読み上げられます。画像の内容を短く書いてください。"),
        max_length=200,
    )
    caption = blocks.CharBlock(label=_("説明"), max_length=200, required=False)

    class Meta:
        template = "cms/blocks/picture.html"
        icon = "image"


class ButtonBlock(blocks.StructBlock):
    """A way to one other page, drawn large."""

    label = blocks.CharBlock(label=_("ボタンの文字"), max_length=40)
    page = blocks.PageChooserBlock(label=_("このサイトのページ"), required=False)
    address = blocks.URLBlock(
        label=_("ほかのサイトのアドレス"), help_text=_("https:// で始まるもの"), required=False
    )

    class Meta:
        template = "cms/blocks/button.html"
        icon = "link"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        page, address = cleaned.get("page"), cleaned.get("address") or ""
        if bool(page) == bool(address):
            wrong = ValidationError(_("ページか、ほかのサイトのアドレスの、どちらか1つを入れてください。"))
            raise blocks.StructBlockValidationError({"page": wrong})
        if address and not address.startswith("https://"):
            wrong = ValidationError(_("https:// で始まるアドレスを入れてください。"))
            raise blocks.StructBlockValidationError({"address": wrong})
        return cleaned


class PhoneBlock(blocks.StructBlock):
    """A number to call, large enough to be pressed."""

    name = blocks.CharBlock(label=_("担当"), max_length=60)
    phone = blocks.CharBlock(label=_("電話番号"), max_length=20)
    hours = blocks.CharBlock(label=_("受付時間"), max_length=100, required=False)

    class Meta:
        template = "cms/blocks/phone.html"
        icon = "mobile-alt"


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

    def get_searchable_content(self, value: Any) -> list[str]:
        """Give nothing: the words of a piece are the plugin's."""
        return []


class QuestionBlock(blocks.StructBlock):
    """A question that residents ask, with its answer."""

    question = blocks.CharBlock(label=_("質問"), max_length=120)
    answer = blocks.RichTextBlock(label=_("回答"), features=TEXT_FEATURES)
    is_frequent = blocks.BooleanBlock(label=_("トップページにも載せる"), required=False)

    class Meta:
        icon = "help"


class QuestionGroupBlock(blocks.StructBlock):
    """Questions of one kind."""

    title = blocks.CharBlock(label=_("見出し"), max_length=60)
    questions = blocks.ListBlock(QuestionBlock(), label=_("質問"))


class CaseBlock(blocks.StructBlock):
    """What somebody brings who comes in one way: in person, with a child, for somebody else."""

    title = blocks.CharBlock(label=_("だれが来るとき"), max_length=60)
    things = blocks.ListBlock(FactBlock(), label=_("必要なもの"))

    class Meta:
        icon = "user"


class ContactBlock(blocks.StructBlock):
    """A section of the city that answers questions."""

    name = blocks.CharBlock(label=_("担当"), max_length=60)
    tasks = blocks.CharBlock(label=_("お答えできること"), max_length=200, required=False)
    phone = blocks.CharBlock(label=_("電話番号"), max_length=20)
    hours = blocks.CharBlock(label=_("受付時間"), max_length=100, required=False)
    address = blocks.CharBlock(label=_("住所"), max_length=120, required=False)
    map_text = blocks.CharBlock(label=_("場所の説明"), max_length=200, required=False)

    class Meta:
        icon = "mobile-alt"


class WayBlock(blocks.StructBlock):
    """How to get to one place."""

    place = blocks.ChoiceBlock(label=_("交付場所・窓口"), choices=widgets.place_choices)
    text = blocks.RichTextBlock(label=_("行き方"), features=TEXT_FEATURES)
    map_address = blocks.URLBlock(
        label=_("地図のアドレス"), help_text=_("https:// で始まるもの"), required=False
    )

    class Meta:
        icon = "site"

    def get_searchable_content(self, value: Any) -> list[str]:
        """Give the text alone: the name of the place comes from the places themselves."""
        found: list[str] = self.child_blocks["text"].get_searchable_content(value["text"])
        return found


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
    call_out = CallOutBlock(label=_("お知らせ枠"))
    folded = blocks.ListBlock(
        FoldedBlock(), label=_("開閉できる説明"), icon="collapse-down", template="cms/blocks/folded.html"
    )
    picture = PictureBlock(label=_("画像"))
    documents = blocks.ListBlock(
        DocumentChooserBlock(label=_("ファイル")),
        label=_("ダウンロード"),
        icon="download",
        template="cms/blocks/documents.html",
    )
    button = ButtonBlock(label=_("ボタン"))
    phone = PhoneBlock(label=_("電話"))
    widget = WidgetBlock(label=_("部品"))


class Action(blocks.StreamBlock):
    """How residents begin: a piece of a plugin, a button or a number to call."""

    widget = WidgetBlock(label=_("部品"))
    button = ButtonBlock(label=_("ボタン"))
    phone = PhoneBlock(label=_("電話"))


class Cases(blocks.StreamBlock):
    """What to bring, case by case."""

    case = CaseBlock(label=_("だれが来るとき"))


class Questions(blocks.StreamBlock):
    """Questions one after the other."""

    question = QuestionBlock(label=_("質問"))


class QuestionGroups(blocks.StreamBlock):
    """Questions in groups."""

    group = QuestionGroupBlock(label=_("質問のグループ"))


class Contacts(blocks.StreamBlock):
    """The sections that answer questions."""

    contact = ContactBlock(label=_("担当"))


class Ways(blocks.StreamBlock):
    """How to get to each place."""

    way = WayBlock(label=_("行き方"))
