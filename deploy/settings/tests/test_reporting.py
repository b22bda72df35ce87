"""Reports of errors, sent by the real SDK to a server of ours: where it broke, and nothing of anybody."""

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from django.core.exceptions import ImproperlyConfigured

from deploy.settings import reporting

CANARIES = ("緑川花子カナリア", "canary@resident.example", "123456789018", "ZZ-CANARY-SESSION", "09000001111")
# A page, a log line, a chain of errors, a thread: every way in which the SDK hears of trouble.
PROGRAM = """
import logging, sys, threading
from django.conf import settings
name, mail, number, session, phone = sys.argv[2:7]
settings.configure(
    ROOT_URLCONF="__main__", SECRET_KEY="x", ALLOWED_HOSTS=["*"], DATABASES={}, USE_I18N=False,
    MIDDLEWARE=[], LOGGING_CONFIG=None, TEMPLATES=[],
)
import django
django.setup()
from deploy.settings import reporting
if sys.argv[7] == "ours":
    reporting.begin_reporting(dsn=sys.argv[1], release="test")
else:
    import sentry_sdk
    sentry_sdk.init(dsn=sys.argv[1], send_default_pii=False)
import sentry_sdk
from django.test import Client
from django.urls import path

def fails(request, who):
    held = {"name": name, "mail": mail}
    logging.getLogger("madoguchi").warning("a crumb of %s", name)
    try:
        int(f"{name} {number}")
    except ValueError as error:
        trouble = RuntimeError(f"no booking for {name}, {mail}")
        trouble.add_note(phone)
        raise trouble from error

urlpatterns = [path("book/<str:who>/", fails)]
client = Client(raise_request_exception=False)
client.cookies["session"] = session
client.post(f"/book/{phone}/?q={number}", {"name": name, "mail": mail})
logging.getLogger("madoguchi").error("mail to %s failed", mail)
logging.getLogger("madoguchi").error(f"mail to {mail} failed")
sentry_sdk.set_user({"email": mail})
sentry_sdk.set_extra("card", number)
sentry_sdk.set_tag("who", name)
sentry_sdk.capture_message(f"hello {name}")
def other():
    held = name
    raise KeyError(phone)
thread = threading.Thread(target=other)
thread.start()
thread.join()
sentry_sdk.flush(5)
"""


class Sink(ThreadingHTTPServer):
    """A Sentry that keeps what it is sent."""

    received: list[bytes]


class _Keeping(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}
        body = unpack.get(self.headers.get("Content-Encoding", ""), bytes)(body)
        assert isinstance(self.server, Sink)
        self.server.received.append(body)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def sink() -> Iterator[Sink]:
    server = Sink(("127.0.0.1", 0), _Keeping)
    server.received = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _reported(sink: Sink, how: str) -> str:
    address = f"http://key@127.0.0.1:{sink.server_address[1]}/1"
    path = [place for place in sys.path if place]
    subprocess.run(
        [sys.executable, "-c", PROGRAM, address, *CANARIES, how],
        check=True,
        env={"PYTHONPATH": ":".join(path)},
        capture_output=True,
        timeout=60,
    )
    # JSON may write a sign by its number.
    return b"\n".join(sink.received).decode() + json.dumps(
        [json.loads(line) for body in sink.received for line in body.splitlines() if line.startswith(b"{")],
        ensure_ascii=False,
    )


def test_a_report_tells_where_it_broke_and_nothing_of_anybody(sink: Sink) -> None:
    words = _reported(sink, "ours")
    assert [canary for canary in CANARIES if canary in words] == []
    assert all(told in words for told in ("RuntimeError", "ValueError", "KeyError", '"function": "fails"'))
    assert len(sink.received) >= 4


def test_the_usual_settings_would_have_told(sink: Sink) -> None:
    words = _reported(sink, "usual")
    assert len([canary for canary in CANARIES if canary in words]) >= 3


def test_without_an_address_nothing_is_even_loaded() -> None:
    code = (
        "import sys; from deploy.settings import reporting; reporting.begin_reporting(dsn='', release='x');"
        " sys.exit('sentry_sdk' in sys.modules)"
    )
    path = [place for place in sys.path if place]
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(path)})


@pytest.mark.parametrize(
    "dsn", ["https://key@o1.ingest.sentry.io/1", "http://key@errors.example.jp/1", "ftp://key@x/1"]
)
def test_a_server_abroad_or_without_tls_is_refused(dsn: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        reporting.error_sink("MADOGUCHI_SENTRY_DSN", dsn)


def test_a_server_of_ones_own_is_taken() -> None:
    assert reporting.error_sink("X", "https://key@errors.example.jp/1").startswith("https://")
    assert reporting.error_sink("X", "") == ""
