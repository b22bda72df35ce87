"""The next step of a page stands beside «save draft», not behind an arrow."""

from typing import Any

from django.utils.html import format_html
from wagtail.admin.action_menu import ActionMenuItem

# The first that is offered: what brings the page nearer to its readers.
STEPS = ("action-publish", "approve", "action-submit", "action-restart-workflow")


class SideBySide(ActionMenuItem):
    """Shows two buttons where Wagtail shows one."""

    def __init__(self, *, first: ActionMenuItem, second: ActionMenuItem) -> None:
        super().__init__(order=first.order)
        self.first, self.second = first, second

    @property
    def media(self) -> Any:
        """Load what both buttons need."""
        return self.first.media + self.second.media

    def render_html(self, parent_context: Any = None) -> str:
        """show what keeps the page as it is, then what leads on."""
        return format_html(
            '<span class="next-step">{}{}</span>',
            self.first.render_html(parent_context),
            self.second.render_html(parent_context),
        )


def show_next_step(items: list[ActionMenuItem]) -> None:
    """put the next step of the page beside the first button of the editor."""
    found = {item.name: item for item in items[1:]}
    step = next((found[name] for name in STEPS if name in found), None)
    if step is not None:
        items.remove(step)
        items[0] = SideBySide(first=items[0], second=step)
