"""A profile that cannot be right is refused with its file and the reason."""

from pathlib import Path

import pytest

from madoguchi.testing.database import CITIES
from tenants.provisioning.profile import BadProfile, read_profile

GOOD = (CITIES / "home.toml").read_text(encoding="utf-8")


def written(folder: Path, text: str) -> Path:
    """Write a profile into a file of its own."""
    path = folder / "profile.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_profile_names_schema_rules_and_brand() -> None:
    profile = read_profile(CITIES / "home.toml")
    assert profile.schema_name == "c_999997"
    assert profile.rules["contract"]["starts_on"] == "2026-04-01"
    assert profile.rules["booking"]["max_party"] == 5
    assert profile.brand["hue"] == "green"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('code = "999997"', 'code = "999998"', "99999 would end in 7"),
        ('code = "999997"', 'code = "9"', "not a local government code"),
        ('slug = "midori"', 'slug = "Mid_ori"', "slug"),
        ('slug = "midori"', 'slug = "operators"', "a host of the platform itself"),
        ('name_en = "Midori City"\n', "", "[city] misses name_en"),
        ("[contract]", "[contracts]", "[contract] misses starts_on, ends_on"),
        ("[city]", "[city", "line"),
    ],
)
def test_a_wrong_profile_says_why(tmp_path: Path, old: str, new: str, reason: str) -> None:
    with pytest.raises(BadProfile) as refusal:
        read_profile(written(tmp_path, GOOD.replace(old, new, 1)))
    assert reason in str(refusal.value)
    assert "profile.toml" in str(refusal.value)


def test_a_missing_profile_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadProfile, match="no such file"):
        read_profile(tmp_path / "nowhere.toml")
