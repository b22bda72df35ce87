from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from madoguchi import clock
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import MessageKind, Placeholder
from madoguchi.notifications.channels import mail
from madoguchi.notifications.tests.sink import Sink, SinkController
from madoguchi.residents import services as residents

KIND = MessageKind(
    name="testing.visit_booked",
    label="予約の完了",
    placeholders=(
        Placeholder(name="number", label="予約番号", sample="1234-5678"),
        Placeholder(name="link", label="変更用リンク", sample="https://example.jp/x", is_required=True),
    ),
    subject={"ja": "予約を受け付けました", "en": "Your visit is booked"},
    body={
        "ja": "{city}です。\n\n予約番号は {number} です。\n\n{link}\n",
        "en": "This is {city}.\n\nYour number is {number}.\n\n{link}\n",
    },
)


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> MessageKind:
    """A kind of message as a plugin would declare it."""
    declared = {**plugins._declared, "message_kinds": (("madoguchi.notifications", KIND),)}
    monkeypatch.setattr(plugins, "_declared", declared)
    return KIND


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """A mail server that our channel speaks to."""
    mail.close()
    kept = Sink()
    controller = SinkController(kept)
    controller.start()
    kept.port = controller.port
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", kept.port
    yield kept
    mail.close()
    controller.stop()


@pytest.fixture
def contact(db: None) -> UUID:
    """A resident who reads Japanese."""
    return residents.contact_for(email="taro@example.jp", language="ja", now=clock.now())
