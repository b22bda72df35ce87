"""Start the agent: `madoguchi-card-agent --config agent.toml`."""

import argparse
import os
import sys
from pathlib import Path
from threading import Thread

from card_agent.configuration import BadConfiguration, Configuration, load
from card_agent.conversation import Desk
from card_agent.desks import ConsoleDesk, WindowDesk
from card_agent.pcsc import PcscReader, PyscardMissing
from card_agent.readers import Reader
from card_agent.server import open_server
from card_agent.simulator import VirtualCard, VirtualReader


def main(given: list[str] | None = None) -> int:
    """Read the configuration, open the door and stay until somebody ends the program."""
    asked = _arguments().parse_args(given)
    try:
        configuration = load(asked.config)
        reader: Reader = VirtualReader(card=VirtualCard()) if asked.simulated else PcscReader()
    except BadConfiguration as mistake:
        return _refuse(str(mistake))
    except PyscardMissing:
        return _refuse("pyscard がありません。「madoguchi-card-agent[reader]」を入れてください。")
    return _stay(configuration, reader)


def _refuse(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 2


def _stay(configuration: Configuration, reader: Reader) -> int:
    window = WindowDesk() if configuration.asks_in == "window" else None
    desk: Desk = window or ConsoleDesk()
    try:
        server = open_server(configuration=configuration, reader=reader, desk=desk)
    except OSError:
        return _refuse(
            f"ポート{configuration.port}を使えません。このソフトがすでに動いていないか、確かめてください。"
        )
    with server:
        serving = Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            if window is not None:
                window.run()
            serving.join()
        except KeyboardInterrupt:
            return 0
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="madoguchi-card-agent")
    parser.add_argument("--config", type=Path, default=_usual_place(), help="設定ファイル")
    parser.add_argument("--simulated", action="store_true", help="本物のカードの代わりに、見本のカードを使う")
    return parser


def _usual_place() -> Path:
    shared = os.environ.get("PROGRAMDATA")
    return Path(shared, "Madoguchi", "agent.toml") if shared else Path("/etc/madoguchi/agent.toml")


if __name__ == "__main__":
    sys.exit(main())
