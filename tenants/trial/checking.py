"""What a city still has to do before it opens to everybody, looked up in its own rows."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import GoLiveCheck
from tenants.trial import purging

logger = logging.getLogger(__name__)

State = Literal["done", "open", "unknown"]
LAST = 1_000


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of the list."""

    label: str
    state: State
    advice: str
    url: str
    order: int


def checks(*, leftovers: Sequence[purging.Leftover]) -> Sequence[Check]:
    """List what has to be in place, with what is missing; a check that failed is never shown as done."""
    found = [*_of_the_plugins(), _of_the_data(leftovers)]
    return sorted(found, key=lambda check: check.order)


def _of_the_plugins() -> Iterator[Check]:
    for plugin, answer in plugins.duty("go_live_checks"):
        if not plugins.is_active(plugin):
            continue
        if isinstance(answer, GoLiveCheck):
            yield _line(answer)
            continue
        logger.error("the go-live checks of %s failed", plugin, exc_info=answer)
        yield Check(
            label=plugin,
            state="unknown",
            advice=_("確かめられませんでした。運用者に連絡してください。"),
            url="",
            order=LAST,
        )


def _of_the_data(leftovers: Sequence[purging.Leftover]) -> Check:
    answer = GoLiveCheck(
        label=_("試行中のデータを消した"),
        is_done=not any(each.rows for each in leftovers),
        advice=_("ほかの準備が終わったら、最後に下のボタンで消してください。"),
        order=LAST + 1,
    )
    return _line(answer)


def _line(answer: GoLiveCheck) -> Check:
    return Check(
        label=str(answer.label),
        state="done" if answer.is_done else "open",
        advice="" if answer.is_done else str(answer.advice),
        url=_address(answer.url_name),
        order=answer.order,
    )


def _address(url_name: str) -> str:
    try:
        return reverse(url_name) if url_name else ""
    except NoReverseMatch:
        return ""
