"""What the demo profiles say that a visitor of the demo wants to know."""

import tomllib
from pathlib import Path

OPERATOR_CODE = "900001"
# What a city keeps of the people who book is decided by two.
APPROVER_CODE = "900002"
PASSWORD = "madoguchi-demo-2026"  # noqa: S105  fixed on purpose, local only
OPERATORS = Path(__file__).resolve().parent / "operators.toml"
FOLDER = Path(__file__).resolve().parent / "cities"
ORDER = ("kurume", "nanbu", "fujisawa", "kumagaya", "daisen")
SAMPLES_SHOWN = 6


def list_profiles() -> list[Path]:
    """return the profiles of the demo cities in the order they are shown."""
    known = {name: place for place, name in enumerate(ORDER)}
    return sorted(FOLDER.glob("*.toml"), key=lambda path: (known.get(path.stem, len(known)), path.stem))


def describe_demo(*, port: int) -> dict[str, object]:
    """return every address and sign-in of the demo."""
    cities = [describe_city(profile=profile, port=port) for profile in list_profiles()]
    return {
        "index": f"http://localhost:{port}",
        "mail": f"http://mail.localhost:{port}",
        "operators": {
            "url": f"http://operators.localhost:{port}",
            "staff_code": OPERATOR_CODE,
            "password": PASSWORD,
        },
        "cities": cities,
    }


def describe_city(*, profile: Path, port: int) -> dict[str, object]:
    """return the addresses, sign-ins and sample notices of one demo city."""
    found = tomllib.loads(profile.read_text())
    city = found["city"]
    password = found.get("demo_password", PASSWORD)
    plugins = found.get("plugins", {})
    return {
        "code": city["code"],
        "name": city["name"],
        "slug": city["slug"],
        "resident_url": f"http://{city['slug']}.localhost:{port}",
        "staff_url": f"http://staff.{city['slug']}.localhost:{port}",
        "staff": [
            {
                "role": staff["role"],
                "name": staff.get("name", ""),
                "staff_code": staff["staff_code"],
                "password": password,
            }
            for staff in found.get("staff", [])
        ],
        "plugins": list(plugins.get("active", [])),
        "personal_data": found.get("booking", {}).get("personal_data", "names"),
        "planned": [planned["label"] for planned in found.get("planned", [])],
        "samples": [
            {
                "reference": card["reference"],
                "birthday": card["birthday"],
                "note": card.get("note", ""),
            }
            for card in (*found.get("cards", []), *found.get("references", []))[:SAMPLES_SHOWN]
        ],
    }
