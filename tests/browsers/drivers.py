"""Firefox and WebKit by the protocols they speak themselves, so that no driver has to be fetched.

Firefox is asked by Marionette on a socket, WebKit by the WebDriver that comes with WebKitGTK; both know the
same few commands. A machine without one of them says so by name.
"""

import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

from deploy.local.ports import free_port
from tests.browsers.tools import Missing, program

PATIENCE_SECONDS = 40.0
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
MINI_BROWSERS = "/usr/lib/*/webkit2gtk-4.1/MiniBrowser"
WINDOW = {"width": 1366, "height": 900}


class Wire(Protocol):
    """How a command of WebDriver reaches a browser."""

    def send(self, name: str, values: dict[str, Any]) -> Any:
        """Send a command and return its value."""


class Engine:
    """A browser with what a walk through our pages needs."""

    def __init__(self, wire: Wire, name: str) -> None:
        self.wire = wire
        self.name = name

    def open(self, address: str) -> None:
        """Load a page."""
        self.wire.send("Navigate", {"url": address})

    def script(self, code: str, *arguments: Any) -> Any:
        """Run a script in the page and return its value."""
        return self.wire.send("ExecuteScript", {"script": code, "args": list(arguments)})

    def wait(self, selector: str) -> str:
        """Wait for an element and name it."""
        return self._until(lambda: self._find(selector), f"{selector} does not come")

    def wait_for_text(self, text: str) -> None:
        """Wait until the page says this."""
        code = "return document.body ? document.body.innerText.includes(arguments[0]) : false"
        self._until(lambda: self.script(code, text), f"the page does not say {text}")

    def click(self, selector: str) -> None:
        """Press an element."""
        self.wire.send("ElementClick", {"id": self.wait(selector)})

    def write(self, selector: str, text: str) -> None:
        """Write into a field in place of what is there."""
        found = self.wait(selector)
        self.wire.send("ElementClear", {"id": found})
        self.wire.send("ElementSendKeys", {"id": found, "text": text})

    def choose(self, selector: str, number: int) -> None:
        """Choose from a list, counted from 0."""
        self.click(f"{selector} option:nth-of-type({number + 1})")

    def leave(self, selector: str) -> None:
        """Press what leads to another page, and wait for that page."""
        self.script("window.isOld = true")
        self.click(selector)
        self._until(
            lambda: self.script("return !window.isOld && document.readyState === 'complete'"),
            f"{selector} leads nowhere",
        )

    def _find(self, selector: str) -> str:
        try:
            found = self.wire.send("FindElement", {"using": "css selector", "value": selector})
        except Refused:
            return ""
        return str(found[ELEMENT])

    def _until(self, question: Any, complaint: str) -> Any:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                answer = question()
            except Refused:
                answer = None
            if answer:
                return answer
            time.sleep(0.1)
        where = self.script("return location.href + ' ' + document.title")
        raise AssertionError(f"{self.name}: {complaint} at {where}")


class Refused(RuntimeError):
    """A browser did not do what it was asked."""


class Marionette:
    """Firefox's own protocol: a length, a colon and a JSON list."""

    def __init__(self, connection: socket.socket) -> None:
        self.stream = connection.makefile("rwb")
        self.count = 0
        self._read()

    def send(self, name: str, values: dict[str, Any]) -> Any:
        """Send a command and return its value."""
        self.count += 1
        body = json.dumps([0, self.count, f"WebDriver:{name}", values]).encode()
        self.stream.write(f"{len(body)}:".encode() + body)
        self.stream.flush()
        _kind, _number, error, value = self._read()
        if error:
            raise Refused(error["message"])
        return value.get("value", value) if isinstance(value, dict) else value

    def _read(self) -> Any:
        length = b""
        while (one := self.stream.read(1)) != b":":
            if not one:
                raise Refused("the browser has gone")
            length += one
        return json.loads(self.stream.read(int(length)))


class WebDriver:
    """The protocol of the W3C over HTTP."""

    PATHS = {
        "Navigate": "url",
        "ExecuteScript": "execute/sync",
        "FindElement": "element",
        "ElementClick": "element/{id}/click",
        "ElementClear": "element/{id}/clear",
        "ElementSendKeys": "element/{id}/value",
    }

    def __init__(self, address: str, capabilities: dict[str, Any]) -> None:
        self.address = address
        body = {"capabilities": {"alwaysMatch": capabilities}}
        self.session = self._ask("POST", "/session", body)["sessionId"]

    def send(self, name: str, values: dict[str, Any]) -> Any:
        """Send a command and return its value."""
        path = self.PATHS[name].format(**values)
        return self._ask("POST", f"/session/{self.session}/{path}", values)

    def close(self) -> None:
        """End the session and its browser."""
        self._ask("DELETE", f"/session/{self.session}", None)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, content, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS * 2) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise Refused(error.read().decode()[:400]) from error


@contextmanager
def firefox() -> Iterator[Engine]:
    """Start Firefox without a window. Raises Missing."""
    command = program("firefox-esr", "firefox")
    with ExitStack() as stack:
        profile = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="madoguchi-firefox-")))
        port = free_port()
        (profile / "user.js").write_text(
            f'user_pref("marionette.port", {port});\nuser_pref("intl.accept_languages", "ja");\n'
            'user_pref("network.proxy.type", 0);\nuser_pref("browser.shell.checkDefaultBrowser", false);\n'
        )
        arguments = ["--marionette", "--headless", "--no-remote", "--profile", str(profile)]
        stack.enter_context(_running([command, *arguments], profile / "log.txt", {}))
        wire = Marionette(_connected(port))
        wire.send("NewSession", {"capabilities": {"alwaysMatch": {"acceptInsecureCerts": False}}})
        wire.send("SetWindowRect", dict(WINDOW))
        yield Engine(wire, "firefox")


@contextmanager
def webkit(proxy_port: int) -> Iterator[Engine]:
    """Start WebKit on a screen of its own; names below localhost are found through the site itself.

    Raises Missing.
    """
    driver, screen = program("WebKitWebDriver"), program("Xvfb")
    browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"))
    if not browsers:
        raise Missing("no MiniBrowser of WebKitGTK on this machine")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="madoguchi-webkit-")))
        number = f":{70 + os.getpid() % 900}"
        screen_command = [screen, number, "-screen", "0", "1366x900x24", "-nolisten", "tcp"]
        stack.enter_context(_running(screen_command, folder / "screen.txt", {}))
        port = free_port()
        place = {"DISPLAY": number, "HOME": str(folder), "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        stack.enter_context(_running([driver, f"--port={port}"], folder / "driver.txt", place))
        _connected(port).close()
        proxy = {"proxyType": "manual", "httpProxy": f"127.0.0.1:{proxy_port}"}
        options = {"binary": str(browsers[0]), "args": ["--automation"]}
        wire = WebDriver(
            f"http://127.0.0.1:{port}",
            {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options, "proxy": proxy},
        )
        stack.callback(wire.close)
        yield Engine(wire, "webkit")


@contextmanager
def _running(command: list[str], log: Path, more: dict[str, str]) -> Iterator[None]:
    with log.open("wb") as written:
        child = subprocess.Popen(
            command, env={**os.environ, **more}, stdout=written, stderr=subprocess.STDOUT
        )
        try:
            yield
        finally:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _connected(port: int) -> socket.socket:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
