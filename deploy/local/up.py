"""bin/up: from nothing to five cities that answer."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field

from deploy.local import fresh
from deploy.local.children import end_strays, rotate_log
from deploy.local.environment import for_owner, make_environment, python
from deploy.local.files import read_json, write_json
from deploy.local.fingerprint import forget_prepared, is_prepared, note_prepared
from deploy.local.hosts import wait_for_hosts
from deploy.local.layout import ROOT, Layout
from deploy.local.ports import free_port, require_free, web_port
from deploy.local.profiles import describe_demo
from deploy.local.programs import list_programs
from deploy.local.servers import open_broker, open_database
from deploy.local.state import claim, clear_state, ready_pid, stop_running, write_environment, write_state
from deploy.local.supervisor import StopAsked, Supervisor, ignore_signals, listen_to_signals, say
from deploy.local.table import draw
from deploy.local.trouble import Trouble

FREE_BYTES_NEEDED = 1 << 30
FREE_BYTES_TO_GO_ON = 64 << 20


@dataclass(frozen=True)
class Wishes:
    """What the command line asked for."""

    detach: bool = False
    fresh: bool = False
    yes: bool = False


@dataclass
class Run:
    """One run of the demo, from the first server to the last."""

    layout: Layout
    port: int
    supervisor: Supervisor = field(default_factory=Supervisor)

    def go(self) -> None:
        """start everything, show the table, and keep watch until somebody asks to stop."""
        listen_to_signals()
        try:
            write_state(layout=self.layout, port=self.port, ready=False)
            self._start()
            self.supervisor.watch()
        except StopAsked:
            say("Stopping")
        finally:
            self.supervisor.stop()
            clear_state(self.layout)
        say("Stopped")

    def _start(self) -> None:
        strays = end_strays(self.layout.logs)
        if strays:
            say(f"Ended {len(strays)} programs that an earlier run left behind")
        say("Starting the servers")
        database = open_database(layout=self.layout)
        self.supervisor.adopt(database.child)
        say(f"  {database.description}")
        broker = open_broker(layout=self.layout)
        self.supervisor.adopt(broker.child)
        say(f"  {broker.description}")
        environment = make_environment(
            layout=self.layout,
            database=database,
            broker=broker,
            port=self.port,
            smtp_port=free_port(),
        )
        write_environment(layout=self.layout, environment=environment)
        self._prepare(environment, server=database.identifier())
        demo = describe_demo(port=self.port)
        write_json(path=self.layout.demo, content=demo, mode=0o600)
        say("Starting web, mail sink, relay, worker and beat")
        # Web alone first: on few cores the others would only make the first page later.
        web, *others = list_programs(layout=self.layout, environment=environment)
        self.supervisor.start([web])
        self._wait_for_hosts(demo)
        self.supervisor.start(others)
        write_state(layout=self.layout, port=self.port, ready=True)
        say(draw(demo))
        say("\nReady. bin/down stops everything, in the foreground Ctrl-C too.")

    def _prepare(self, environment: dict[str, str], *, server: str) -> None:
        if server and is_prepared(layout=self.layout, server=server):
            return
        forget_prepared(self.layout)
        prepare(environment)
        note_prepared(layout=self.layout, server=server)

    def _wait_for_hosts(self, demo: dict[str, object]) -> None:
        web = self.supervisor.children[-1]
        try:
            wait_for_hosts(demo=demo, between=self._look)
        except Trouble as trouble:
            raise web.trouble(str(trouble)) from trouble

    def _look(self) -> None:
        self.supervisor.watch_once()
        self.supervisor.require_healthy()


def prepare(environment: dict[str, str]) -> None:
    """bring the database to the state of the demo, step by step."""
    say("Preparing the database")
    result = subprocess.run(
        python("-m", "deploy.local.demo"),
        env=for_owner(environment),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if result.returncode == 0:
        return
    if "No space left on device" in result.stderr:
        raise Trouble("The disk is full: make room and run this again.")
    raise Trouble(f"{result.stderr.strip()}\n\nThe database could not be prepared.")


def up(wishes: Wishes) -> int:
    """start the demo, in the foreground or behind it."""
    layout = Layout(var=ROOT / "var")
    layout.make()
    if wishes.fresh:
        if not fresh.may_start_over(yes=wishes.yes):
            return 1
        if stop_running(layout):
            say("Stopped the run that was going on")
        fresh.start_over(layout)
    return _detach(layout) if wishes.detach else _stay(layout)


def down() -> int:
    """stop the run of this folder."""
    layout = Layout(var=ROOT / "var")
    stopped = stop_running(layout)
    strays = end_strays(layout.logs)
    say("Stopped." if stopped or strays else "Nothing is running.")
    return 0


def _stay(layout: Layout) -> int:
    ours = claim(layout)
    if ours is None:
        return _say_running(layout)
    port = web_port()
    require_free(port)
    _require_space(layout)
    Run(layout=layout, port=port).go()
    ours.release()
    return 0


def _detach(layout: Layout) -> int:
    ours = claim(layout)
    if ours is None:
        return _say_running(layout)
    require_free(web_port())
    ours.release()
    log = layout.logs / "up.log"
    rotate_log(log)
    with log.open("wb") as output:
        child = subprocess.Popen(
            python("-m", "deploy.local", "up"),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    listen_to_signals()
    try:
        return _follow(layout=layout, child=child)
    except StopAsked:
        ignore_signals()
        child.terminate()
        child.wait()
        return 130


def _follow(*, layout: Layout, child: subprocess.Popen[bytes]) -> int:
    with (layout.logs / "up.log").open(errors="replace") as log:
        while True:
            ended = child.poll() is not None
            ready = ready_pid(layout) == child.pid
            sys.stdout.write(log.read())
            sys.stdout.flush()
            if ended:
                return child.returncode or 1
            if ready:
                time.sleep(0.3)
                sys.stdout.write(log.read())
                sys.stdout.flush()
                return 0
            time.sleep(0.1)


def _say_running(layout: Layout) -> int:
    if ready_pid(layout) is None:
        say("Madoguchi is being started or stopped here; look at var/log/up.log.")
        return 1
    say("Madoguchi is running already.")
    demo = read_json(layout.demo)
    if demo:
        say(draw(demo))
    say("\nbin/down stops it.")
    return 0


def _require_space(layout: Layout) -> None:
    first = not any(layout.postgres.glob("*")) and not os.environ.get("DATABASE_URL")
    needed = FREE_BYTES_NEEDED if first else FREE_BYTES_TO_GO_ON
    free = shutil.disk_usage(layout.var).free
    if free < needed:
        raise Trouble(
            f"The disk is almost full: {free >> 20} MiB are free in {layout.var};"
            f" {needed >> 20} MiB are needed."
        )
