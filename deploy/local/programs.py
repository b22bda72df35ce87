"""The programs that serve the demo, in the order of their start."""

import os
from collections.abc import Mapping

from deploy.local.children import Program
from deploy.local.environment import for_app, for_owner, python
from deploy.local.layout import ROOT, Layout


def list_programs(*, layout: Layout, environment: Mapping[str, str]) -> list[Program]:
    """return web and, after it, mail sink, relay, watch, seal, worker, beat and the maker of cities."""
    owners = {"provision": for_owner(environment)}
    environment = for_app(environment)
    commands = {
        "web": python("-m", "granian", *_granian(environment)),
        "smtp": python(
            *("-m", "deploy.local.smtp_sink", "--port", environment["MADOGUCHI_SMTP_PORT"]),
            *("--folder", str(layout.mail)),
        ),
        "relay": python(str(ROOT / "manage.py"), "relay"),
        "watch": python(str(ROOT / "manage.py"), "watch"),
        "seal": python(str(ROOT / "manage.py"), "seal"),
        "worker": python(
            *("-m", "celery", "-A", "deploy.celery", "worker", "--loglevel", "info"),
            *("--concurrency", str(min(2, cores())), "--hostname", f"madoguchi-{os.getpid()}@%h"),
            *("--without-gossip", "--without-mingle"),
        ),
        "beat": python(
            *("-m", "celery", "-A", "deploy.celery", "beat", "--loglevel", "info"),
            *("--schedule", str(layout.run / "beat-schedule"), "--pidfile", ""),
        ),
        "provision": python(str(ROOT / "manage.py"), "provision"),
    }
    return [
        Program(
            name=name,
            command=command,
            environment=owners.get(name, environment),
            log=layout.logs / f"{name}.log",
            stop_seconds=15.0,
            stops_first=name in ("web", "watch"),
        )
        for name, command in commands.items()
    ]


def cores() -> int:
    """return how many cores this program may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _granian(environment: Mapping[str, str]) -> tuple[str, ...]:
    workers = os.environ.get("MADOGUCHI_WEB_WORKERS") or str(max(2, min(8, cores())))
    # Two hide each other's waits; four fight over the interpreter and answer a third fewer requests.
    threads = os.environ.get("MADOGUCHI_WEB_THREADS") or "2"
    return (
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", environment["PORT"]),
        *("--workers", workers, "--blocking-threads", threads, "--backlog", "2048"),
        # Connections that browsers keep open count, too: without room for them a rush waits outside.
        *("--backpressure", "4096"),
        *("--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "5"),
        *("--log-level", "info", "deploy.wsgi:application"),
    )
