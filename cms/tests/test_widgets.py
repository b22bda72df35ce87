"""Widgets: offered while their plugin is on, gone without a trace while it is off."""

from typing import Any

import pytest

from cms import widgets
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import Widget

WIDGET = Widget(name="library_line.card", label="利用者カード", template="cms/widgets/doors.html")


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "declared_by", lambda hook: (("library_line", WIDGET),))


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize("is_on", [True, False])
def test_an_editor_is_offered_what_is_on(monkeypatch: pytest.MonkeyPatch, is_on: bool) -> None:
    monkeypatch.setattr(plugins, "is_active", lambda name: is_on)
    assert bool(widgets.choices()) is is_on


@pytest.mark.usefixtures("declared")
def test_a_widget_that_is_off_leaves_nothing_on_the_page(monkeypatch: pytest.MonkeyPatch, rf: Any) -> None:
    monkeypatch.setattr(plugins, "is_active", lambda name: False)
    assert widgets.render(WIDGET.name, request=rf.get("/")) == ""


def test_a_widget_that_nobody_knows_leaves_nothing_on_the_page(rf: Any) -> None:
    assert widgets.render("gone.widget", request=rf.get("/")) == ""
