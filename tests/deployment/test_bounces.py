"""Whoever takes mails in does so with production's settings, and writes nobody's address into the log."""

import socket
from pathlib import Path

from deploy.settings.tests.environments import full_environment, start

# The mail server speaks in a thread, because signals reach the main one only.
PROGRAM = """
import os, signal, smtplib, sys, threading, time
import django
django.setup()
from django.core.management import call_command
port = int(sys.argv[1])

def hand_over():
    for _ in range(100):
        try:
            mail = smtplib.SMTP("127.0.0.1", port, timeout=5)
            break
        except OSError:
            time.sleep(0.1)
    mail.helo("mail.example.jp")
    print("from", mail.mail("hanako@example.jp")[0])
    print("foreign", mail.rcpt("somebody@example.jp")[0])
    print("complaints", mail.rcpt("complaints@bounces.example.jp")[0])
    mail.quit()
    os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=hand_over, daemon=True).start()
call_command("receive_bounces", "--port", str(port))
print("ended")
"""


def test_it_takes_what_is_ours_and_logs_no_addresses(tmp_path: Path) -> None:
    environment = full_environment(tmp_path) | {
        "MADOGUCHI_RELEASE": "all",
        "MADOGUCHI_BOUNCE_HOST": "bounces.example.jp",
    }
    done = start(environment, "-c", PROGRAM, str(free_port()))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["from 250", "foreign 550", "complaints 250", "ended"]
    assert "mails that come back are taken in" in done.stderr
    assert "hanako" not in done.stderr


def test_without_a_host_it_does_not_start(tmp_path: Path) -> None:
    program = "import django; django.setup(); from django.core.management import call_command"
    done = start(full_environment(tmp_path), "-c", f"{program}; call_command('receive_bounces')")
    assert done.returncode != 0
    assert "MADOGUCHI_BOUNCE_HOST is not set" in done.stderr


def free_port() -> int:
    """find a port that nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port
