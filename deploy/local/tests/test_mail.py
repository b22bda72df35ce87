"""What the sink keeps, the viewer shows: newest first, per recipient, with its links."""

import json
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.http import Http404, HttpResponse, HttpResponseBase
from django.test import RequestFactory

from deploy.local import mail_views
from deploy.local.layout import ROOT
from deploy.local.mail_store import find_links, find_mail, list_mails
from deploy.local.ports import free_port

LINK = "http://kurume.localhost:8000/booking/start/abc123/"


class Sink:
    """A sink in a program of its own, as bin/up starts it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start()

    def start(self) -> None:
        self.port = free_port()
        options = ["--port", str(self.port), "--folder", str(self.folder)]
        self.program = subprocess.Popen([sys.executable, "-m", "deploy.local.smtp_sink", *options], cwd=ROOT)

    def stop(self) -> None:
        self.program.send_signal(signal.SIGTERM)
        assert self.program.wait(10) == 0

    def send(self, *, to: str, subject: str, text: str, html: str = "") -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "city@kurume.localhost", to, subject
        message["Message-ID"] = f"<{subject.encode().hex()}@kurume.localhost>"
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        deadline = time.monotonic() + 20
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as client:
                    client.send_message(message)
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "the sink does not listen"
                time.sleep(0.05)
            else:
                return


def body(answer: HttpResponseBase) -> str:
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


@pytest.fixture
def sink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    monkeypatch.setenv("MADOGUCHI_VAR", str(tmp_path))
    sink = Sink(tmp_path / "mail")
    yield sink
    sink.stop()


def test_a_mail_comes_out_as_it_went_in(sink: Sink) -> None:
    sink.send(
        to="hanako@example.jp",
        subject="予約を受け付けました",
        text=f"こちらから:{LINK}。",
        html="<p>予約</p>",
    )
    (mail,) = list_mails(folder=sink.folder)
    assert mail.subject == "予約を受け付けました"
    assert mail.to == ("hanako@example.jp",)
    assert mail.sender == "city@kurume.localhost"
    assert mail.links == (LINK,)
    assert "<p>予約</p>" in mail.html
    assert mail.message_id.endswith("@kurume.localhost>")


def test_mails_outlive_the_sink(sink: Sink) -> None:
    sink.send(to="a@example.jp", subject="one", text="1")
    sink.stop()
    sink.start()
    sink.send(to="a@example.jp", subject="two", text="2")
    assert [mail.subject for mail in list_mails(folder=sink.folder)] == ["two", "one"]


def test_the_json_list_is_newest_first_and_per_recipient(sink: Sink) -> None:
    for number in range(3):
        sink.send(to="a@example.jp", subject=f"a{number}", text="x")
        sink.send(to="b@example.jp", subject=f"b{number}", text="x")
    answer = mail_views.messages_json(RequestFactory().get("/messages.json", {"to": "A@example.jp"}))
    listed = json.loads(body(answer))
    assert [one["subject"] for one in listed] == ["a2", "a1", "a0"]
    assert {"id", "to", "from", "subject", "date", "text", "html", "message_id", "links"} <= set(listed[0])


def test_the_viewer_shows_a_mail_and_seals_its_html(sink: Sink) -> None:
    sink.send(to="a@example.jp", subject="<b>bold</b>", text=LINK, html="<script>1</script>")
    (mail,) = list_mails(folder=sink.folder)
    shown = mail_views.message(RequestFactory().get("/"), mail_id=mail.id)
    assert "frame-src 'self'" in shown["Content-Security-Policy"]
    page = body(shown)
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert f'href="{LINK}"' in page
    sealed = mail_views.message_html(RequestFactory().get("/"), mail_id=mail.id)
    assert sealed["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "&lt;b&gt;bold" in body(mail_views.inbox(RequestFactory().get("/")))


@pytest.mark.parametrize("name", ["../secrets", "x", "00000000000000000000-00000000"])
def test_a_name_that_is_no_mail_is_not_found(tmp_path: Path, name: str) -> None:
    assert find_mail(folder=tmp_path, mail_id=name) is None


def test_the_viewer_answers_404_to_an_unknown_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_VAR", str(tmp_path))
    with pytest.raises(Http404):
        mail_views.message(RequestFactory().get("/"), mail_id="nothing")


def test_links_end_where_japanese_goes_on() -> None:
    assert find_links("開く→http://a.localhost/x/?k=1。次(http://b.localhost/)") == (
        "http://a.localhost/x/?k=1",
        "http://b.localhost/",
    )


def test_the_moment_of_a_mail_is_written_in_japanese(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Date"] = "Mon, 30 Nov 2026 23:05:00 +0000"
    (tmp_path / "00000000000000000001-0123abcd.eml").write_bytes(mail.as_bytes())
    [found] = list_mails(folder=tmp_path)
    assert found.when == "2026年（令和8年）12月1日（火） 8:05"


def test_a_mail_without_a_date_is_shown_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "00000000000000000001-0123abcd.eml").write_bytes(b"Subject: x\n\nx")
    assert list_mails(folder=tmp_path)[0].when == ""
