"""The system's Chromium and Japanese fonts, for the journeys."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Browsers on the same engine, by the names that --browser-channel knows.
CHANNELS = {
    "chrome": ("google-chrome", "google-chrome-stable"),
    "msedge": ("microsoft-edge", "microsoft-edge-stable"),
}
FONTS = ("fonts-noto-cjk", "fonts-morisawa-bizud-gothic")
INSTALL_SECONDS = 600


def find_chromium(*, channel: str = "") -> str | None:
    """return the path of the system's Chromium, or of the named browser on its engine; None without it."""
    for name in CHANNELS.get(channel, ()) if channel else NAMES:
        found = shutil.which(name)
        if found:
            return found
    return None


def has_japanese_fonts() -> bool:
    """tell whether a page in Japanese would show letters instead of boxes."""
    if not shutil.which("fc-list"):
        return False
    result = subprocess.run(
        ["fc-list", ":lang=ja", "family"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return bool(result.stdout.strip())


def offer_browser(*, log: Path) -> None:
    """install what is missing, as root on a machine with apt; elsewhere do nothing.

    A failure only means that the journeys are skipped.
    """
    missing = _missing()
    if not missing or os.getuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {', '.join(missing)} for the tests in a browser", flush=True)
    with log.open("wb") as output:
        # Package by package: a font that a distribution does not know must not cost the browser.
        commands = [["update", "-qq"]]
        commands += [["install", "-y", "-qq", "--no-install-recommends", one] for one in missing]
        done = [_apt(command, output.fileno()) for command in commands]
    if not all(done):
        print(f"  not everything could be installed; see {log}", flush=True)


def _apt(command: list[str], output: int) -> bool:
    try:
        result = subprocess.run(
            ["apt-get", *command],  # noqa: S607
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0


def _missing() -> list[str]:
    wanted = [] if find_chromium() else ["chromium"]
    if not has_japanese_fonts():
        wanted += FONTS
    return wanted
