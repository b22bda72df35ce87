"""What we add to Wagtail's editor; Wagtail finds this module by its name."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem

from cms import wording
from cms.next_step import show_next_step
from cms.readings import SuggestReadings, add_readings

wording.name_fields()
hooks.register("register_page_action_menu_item", SuggestReadings)
hooks.register("after_edit_page", add_readings)
hooks.register("after_create_page", add_readings)


@hooks.register("construct_help_menu")
def keep_the_shortcuts(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out what leads to pages in English: the news of Wagtail and its guide."""
    items[:] = [item for item in items if item.name == "keyboard-shortcuts-trigger"]


@hooks.register("register_admin_menu_item")
def lead_back() -> MenuItem:
    """Lead back to the other pages of the staff, which the editor does not know."""
    return MenuItem(_("職員トップに戻る"), reverse_lazy("staff_home"), icon_name="home", order=1)


@hooks.register("construct_page_action_menu")
def lead_on(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """Show what brings the page to its readers beside what keeps a draft."""
    show_next_step(items)


@hooks.register("insert_global_admin_css")
def own_styles() -> str:
    """Load the little that is ours in the editor."""
    return format_html('<link rel="stylesheet" href="{}">', static("cms/editor.css"))


@hooks.register("insert_global_admin_js")
def own_script() -> str:
    """Warn in the editor, too, before the session ends."""
    return format_html('<script type="module" src="{}"></script>', static("cms/editor.js"))
