"""TLS 1.2 or newer from the outside, and https alone to the outside."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPSConnection
from pathlib import Path
from threading import Thread

import pytest
from pytest_django import Settings

from madoguchi.testing import sources
from madoguchi.web.api import posting
from madoguchi.web.api.tests.test_webhooks import certificate
from tests.security.tls import VERSIONS, context_for, spoken

PROXY = sources.ROOT / "deploy" / "proxy"
SITE = "midori.localhost"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The real configuration of the proxy, with a certificate of its own authority."""
    folder = tmp_path_factory.mktemp("caddy")
    (folder / "pages" / "caddy").mkdir(parents=True)
    (folder / "pages" / "caddy" / "default.html").write_text("<p>nobody answers</p>")
    program = shutil.which("caddy", path=str(Path(sys.executable).parent)) or shutil.which("caddy")
    assert program, "caddy comes with the locked development dependencies"
    port = _free_port()
    config = folder / "Caddyfile"
    options = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n"
    config.write_text(options + (PROXY / "Caddyfile").read_text())
    environment = {
        **os.environ,
        "MADOGUCHI_SITES": f"https://{SITE}:{port}",
        "MADOGUCHI_UPSTREAM": f"127.0.0.1:{_free_port()}",
        "MADOGUCHI_OUTAGE_PAGES": str(folder / "pages"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    command = [program, "run", "--adapter", "caddyfile", "--config", str(config)]
    with (folder / "caddy.log").open("wb") as log:
        child = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(port, folder / "caddy.log")
        yield port
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, log: Path) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        if spoken(port, host=SITE):
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-2000:])


@pytest.fixture
def old_server(tmp_path: Path) -> Iterator[int]:
    """A server that still speaks TLS 1.1: what the scan must be able to see."""
    key, public = certificate()
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "cert.pem").write_bytes(public)
    context = context_for(ssl.TLSVersion.TLSv1_1, ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(10)
        thread = Thread(target=_answer, args=(listening, context), daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        thread.join(15)


def _answer(listening: socket.socket, context: ssl.SSLContext) -> None:
    for _turn in VERSIONS:
        try:
            plain, _peer = listening.accept()
            with context.wrap_socket(plain, server_side=True):
                pass
        except OSError:
            continue


@pytest.mark.req("FUJ-42", "DAI-10")
def test_old_versions_are_refused_and_plain_http_is_nobodys_target(
    proxy: int, old_server: int, settings: Settings
) -> None:
    assert spoken(proxy, host=SITE) == {"TLSv1.2", "TLSv1.3"}
    # The scan sees an old version where there is one.
    assert spoken(old_server, host="127.0.0.1") == {"TLSv1.1"}
    assert _header(proxy, "Strict-Transport-Security").startswith("max-age=31536000")
    with pytest.raises(posting.AddressRefused):
        posting.send(posting.Post(address="http://kiosk.example.jp/", headers={}, body=b"{}"))


def test_the_proxy_names_no_version_of_itself(proxy: int) -> None:
    assert _header(proxy, "Server") == ""
    assert _header(proxy, "Via") == ""
    assert "server_tokens       off;" in (PROXY / "nginx.conf").read_text()
    assert "ssl_protocols       TLSv1.2 TLSv1.3;" in (PROXY / "nginx.conf").read_text()


def _header(port: int, name: str) -> str:
    context = context_for(ssl.TLSVersion.TLSv1_3, ssl.PROTOCOL_TLS_CLIENT)
    connection = HTTPSConnection("127.0.0.1", port, context=context, timeout=10)
    # Caddy chooses its certificate by the name in the greeting.
    connection.sock = context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname=SITE)
    connection.request("GET", "/", headers={"Host": f"{SITE}:{port}"})
    answer = connection.getresponse()
    connection.close()
    return answer.getheader(name, "")
