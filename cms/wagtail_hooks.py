"""What we add to Wagtail's editor; Wagtail finds this module by its name."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms import wording
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
