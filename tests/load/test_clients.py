"""The browsers of the benchmarks: they come to an end, and say so where one of them broke off."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.load.clients import drive

pytestmark = [pytest.mark.nightly]
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def answered() -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer_all, args=(server, True), daemon=True).start()
        yield server.getsockname()


@pytest.fixture
def hung_up() -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer_all, args=(server, False), daemon=True).start()
        yield server.getsockname()


@pytest.mark.parametrize("pause", [0.0, 0.02])
def test_every_request_is_answered_once_and_the_browsers_go(answered: tuple[str, int], pause: float) -> None:
    outcome = drive(address=answered, requests=[REQUEST] * 21, connections=4, pause=pause)
    assert outcome.statuses == {200: 21}


def test_a_server_that_hangs_up_is_told_instead_of_waited_for(hung_up: tuple[str, int]) -> None:
    with pytest.raises(RuntimeError, match="broke off"):
        drive(address=hung_up, requests=[REQUEST] * 4, connections=2)


def _answer_all(server: socket.socket, is_willing: bool) -> None:
    while True:
        try:
            connection, _address = server.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection, is_willing), daemon=True).start()


def _answer(connection: socket.socket, is_willing: bool) -> None:
    with connection:
        while is_willing and connection.recv(4096):
            connection.sendall(ANSWER)
