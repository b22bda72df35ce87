"""What we pass on: every package is named, its licence suits cities, and the tables are current."""

import json
from types import SimpleNamespace

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from madoguchi.testing import asvs, sources, supply

ROOT = sources.ROOT


def test_every_licence_is_one_that_may_be_passed_on() -> None:
    refused = {
        package.name: package.licence
        for package in supply.shipped(ROOT)
        if package.licence not in supply.ALLOWED
    }
    assert refused == {}


@pytest.mark.parametrize("words", ["GPLv3", "GNU General Public License v2", "AGPL-3.0", ""])
def test_a_licence_that_asks_too_much_would_be_noticed(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    said = SimpleNamespace(json={"license": words})
    monkeypatch.setattr("importlib.metadata.metadata", lambda name: said)
    assert supply.licence_of("anything") not in supply.ALLOWED


def test_the_bill_of_materials_is_current_and_well_formed() -> None:
    written = (ROOT / supply.SBOM).read_text(encoding="utf-8")
    assert written == supply.sbom(ROOT)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    names = {component["name"] for component in json.loads(written)["components"]}
    assert {"django", "wagtail", "psycopg", "cryptography"} <= names
    assert not {"pytest", "mypy", "playwright"} & names


def test_the_page_of_other_houses_parts_is_current() -> None:
    assert (ROOT / supply.THIRD_PARTY).read_text(encoding="utf-8") == supply.third_party_page(ROOT)


def test_every_item_of_the_standard_has_an_answer_and_its_tests_are_there() -> None:
    found = asvs.items(ROOT)
    assert len(found) == len({item.number for item in found}) == 253
    assert {item.answer for item in found} <= set(asvs.ANSWERS)
    assert [item.number for item in found if not item.how.strip()] == []
    missing = {test for item in found for test in item.tests if not (ROOT / test).is_file()}
    assert missing == set()
    assert sum(bool(item.tests) for item in found) >= 150
    assert [item.number for item in found if item.level == "1" and item.answer == "open"] == []
    assert [item.number for item in found if item.answer == "met" and not item.tests] == []


def test_the_page_of_the_standard_is_current() -> None:
    assert (ROOT / asvs.PAGE).read_text(encoding="utf-8") == asvs.page(ROOT)


@pytest.mark.req("KUR-85", "NAN-46", "FUJ-54")
def test_every_measure_of_the_control_matrix_names_a_proof_that_is_there() -> None:
    lines = (ROOT / "docs/reference/security/controls.md").read_text(encoding="utf-8").splitlines()
    measures = lines[: next(at for at, line in enumerate(lines) if line.startswith("## Keys"))]
    rows = [line.strip("| ").split(" | ") for line in measures if line.startswith("| ")]
    proofs = [row[-1] for row in rows if row[-1] != "proof"]
    assert len(proofs) > 40
    # What software cannot do is named, not left out.
    assert [proof for proof in proofs if ".py`" not in proof and "operation" not in proof] == []
    named = {part for proof in proofs for part in proof.split("`")[1::2]}
    assert [path for path in sorted(named) if not (ROOT / path).is_file()] == []
    assert sum("tests/security/test_" in proof for proof in proofs) >= 11
