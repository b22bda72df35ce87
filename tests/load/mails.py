"""figures.md, Mail outbox: how fast mails leave, and what a kept connection and a signature are worth.

python -m tests.load.mails [--mails 300] [--rounds 2] [--recipients 50000]

The same mails go to the same mail server, which speaks TLS, over one connection for each, over a kept one,
and signed. Then a
mailing to many recipients is written down and its first turn taken.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from deploy.local.layout import ROOT
from deploy.local.ports import free_port
from tests.load.report import Figure, tell, verdict
from tests.load.stage import Stage, stage

SINK = "from tests.load.mail_sink import main; main()"
REUSE_GOAL = 3.0
"""Of figures.md: a kept connection against one for each mail."""


def main() -> int:
    """Measure in turns, print a line for each figure, and fail where a goal is missed."""
    wanted = _arguments()
    with stage() as staged:
        import django

        django.setup()
        with _sink(staged) as counted:
            best = _sending(wanted)
        sent = len(best) * wanted.rounds * wanted.mails
        wrong = {"mails missing or doubled": abs(sent - int(counted.read_text()))}
        figures = [*_judged(best, wrong), *_mailing(wanted.recipients)]
    for figure in figures:
        tell(figure)
    return verdict(*figures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.mails")
    parser.add_argument("--mails", type=int, default=300, help="per way and round")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--recipients", type=int, default=50_000, help="of the mailing")
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted


@contextmanager
def _sink(staged: Stage) -> Iterator[Path]:
    """A mail server in a process of its own that insists on TLS, as it is in life."""
    from django.conf import settings

    folder = staged.log.parent
    certificate, count = folder / "mail.pem", folder / "mails"
    _certify(certificate)
    os.environ["SSL_CERT_FILE"] = str(certificate)
    port = free_port()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "localhost", port, True
    command = (sys.executable, "-c", SINK, "--port", str(port))
    options = ("--certificate", str(certificate), "--count", str(count))
    with subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield count
        process.terminate()


def _certify(path: Path) -> None:
    """Make a certificate for this machine, with its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    from madoguchi import clock

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))


def _sending(wanted: argparse.Namespace) -> dict[str, float]:
    from madoguchi.notifications import signing
    from madoguchi.notifications.channels import mail

    key, _public = signing.new_key()
    signer = signing.Signer("city.example.jp", "load", key)
    letter = _letter()

    def send_and_close() -> None:
        mail.send(mail=letter)
        mail.close()

    ways: dict[str, Callable[[], None]] = {
        "each": send_and_close,
        "kept": lambda: mail.send(mail=letter),
        "signed": lambda: mail.send(mail=letter, signer=signer),
    }
    best = dict.fromkeys(ways, 0.0)
    for _round in range(wanted.rounds):
        for name, way in ways.items():
            best[name] = max(best[name], _rate(way, wanted.mails))
    mail.close()
    return best


def _judged(best: Mapping[str, float], wrong: Mapping[str, int]) -> Sequence[Figure]:
    kept = "mail: one connection kept / one for each mail, with TLS"
    return (
        Figure(kept, best["kept"], best["each"], "mails/s", REUSE_GOAL, wrong),
        Figure("mail: signed (DKIM) / unsigned", best["signed"], best["kept"], "mails/s"),
    )


def _letter() -> Any:
    from madoguchi import clock
    from madoguchi.notifications.channels import mail
    from madoguchi.notifications.rendering import Rendered
    from madoguchi.tenancy import find_city

    text = "予約を受け付けました。\n" * 40
    rendered = Rendered("予約を受け付けました", text, f"<p>{text}</p>")
    envelope = mail.Envelope(
        city=find_city(code="999997"), to="taro@example.jp", message_id=uuid4().hex, at=clock.now()
    )
    return mail.compose(rendered=rendered, envelope=envelope, attachments=())


def _rate(act: Callable[[], None], times: int) -> float:
    begin = time.perf_counter()
    for _time in range(times):
        act()
    return times / (time.perf_counter() - begin)


def _mailing(recipients: int) -> Sequence[Figure]:
    from madoguchi import clock
    from madoguchi.ledger.audit.actors import SYSTEM
    from madoguchi.notifications import mailings, turns
    from madoguchi.notifications.events import MailingTurn
    from madoguchi.notifications.models import Delivery
    from madoguchi.tenancy import find_city, in_city

    city, now = find_city(code="999997"), clock.now()
    with in_city(city):
        people = _people(recipients)
        with _declared(people):
            mailing = mailings.write(
                draft=mailings.Draft("load.people", {}, {"ja": {"subject": "x", "body": "x"}}),
                mailing_id=None,
                actor=SYSTEM,
                now=now,
            )
            begin = time.perf_counter()
            # So many need a second person; this is what follows when that person agrees.
            mailings.reach(mailing=mailing, now=now)
            mailings.begin(mailing, actor=SYSTEM, now=now)
            turn = MailingTurn(mailing_id=mailing.pk, turn=1)
            turns.take_turn(event=turn, key=uuid4(), actor=SYSTEM, now=now)
            seconds = time.perf_counter() - begin
        written = Delivery.objects.filter(mailing_id=mailing.pk).count()
    return (
        Figure(
            f"mailing: {recipients} recipients written down, against one second",
            written / seconds,
            recipients,
            "recipients/s",
            None,
            {"recipients missing or doubled": abs(written - recipients)},
        ),
    )


def _people(count: int) -> list[tuple[UUID, UUID]]:
    from madoguchi import clock
    from madoguchi.residents.models import Contact

    now = clock.now()
    rows = [
        Contact(id=uuid4(), email=b"x", email_index=number.to_bytes(32), language="ja", created_at=now)
        for number in range(count)
    ]
    Contact.objects.bulk_create(rows, batch_size=5_000)
    return [(row.id, uuid4()) for row in rows]


@contextmanager
def _declared(people: list[tuple[UUID, UUID]]) -> Any:
    from madoguchi.hooks.audiences import Audience
    from madoguchi.hooks.registry import plugins

    audience = Audience(
        name="load.people",
        label="人",
        placeholders=(),
        questions=(),
        find=lambda *, answers, eyes, now: people,
        values=lambda *, about, language, now: {},
    )
    before = plugins._declared
    plugins._declared = {**before, "audiences": (("madoguchi.notifications", audience),)}
    try:
        yield
    finally:
        plugins._declared = before


if __name__ == "__main__":
    sys.exit(main())
