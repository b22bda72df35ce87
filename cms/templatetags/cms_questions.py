"""A question of a page as something that opens, and that can be linked to."""

from typing import Any

from django import template
from django.template.loader import render_to_string

from cms.questions import anchor

register = template.Library()


@register.simple_tag
def question(block: Any) -> str:
    """Draw one question."""
    return render_to_string("cms/parts/question.html", {"value": block.value, "anchor": anchor(block)})
