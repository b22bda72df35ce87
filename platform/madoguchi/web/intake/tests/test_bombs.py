"""Figure 22: files that burst are refused in a moment and in little memory; honest files pass."""

import io
import json
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from madoguchi.web.intake.bombs import find_bomb
from madoguchi.web.intake.tests.bombs import BOMBS

SECONDS = 2.0
MOST_BYTES = 200 * 1024 * 1024
# Judged in a process of its own: what another test once used would count as well.
JUDGE = r"""
import json, re, sys, time
from pathlib import Path
from django.conf import settings
settings.configure(USE_I18N=False)
from madoguchi.web.intake.bombs import find_bomb
def peak():
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text()).group(1)) * 1024
found = {}
for name, path in json.loads(sys.argv[1]).items():
    content = Path(path).read_bytes()
    begun = time.perf_counter()
    bomb = find_bomb(content=content, name=path)
    found[name] = [bomb.reason if bomb else "", time.perf_counter() - begun, peak()]
print(json.dumps(found))
"""


def _judged(files: dict[str, str]) -> dict[str, tuple[str, float, int]]:
    done = subprocess.run(
        [sys.executable, "-c", JUDGE, json.dumps(files)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
    )
    return {name: tuple(found) for name, found in json.loads(done.stdout).items()}


def test_every_bomb_is_refused_within_two_seconds_and_200_mebibytes(tmp_path: Path) -> None:
    files = {}
    for name, (make, file_name, _reason) in BOMBS.items():
        path = tmp_path / f"{name}.{file_name}"
        path.write_bytes(make())
        files[name] = str(path)
    judged = _judged(files)
    assert len(judged) >= 10
    assert {name: reason for name, (reason, _, _) in judged.items()} == {
        name: reason for name, (_, _, reason) in BOMBS.items()
    }
    assert {name: seconds for name, (_, seconds, _) in judged.items() if seconds >= SECONDS} == {}
    assert max(peak for _, _, peak in judged.values()) < MOST_BYTES


def _office(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def _pdf(dictionary: bytes) -> bytes:
    packed = zlib.compress(b"\0" * (60 * 1024 * 1024), 9)
    return b"%PDF-1.7\n1 0 obj" + dictionary + b"\nstream\n" + packed + b"\nendstream endobj\n%%EOF\n"


@pytest.mark.parametrize("named", [b"/Filter/FlateDecode", b"/Filter/Fl#61teDecode", b"/Filter 2 0 R"])
def test_a_paper_that_bursts_is_seen_however_its_packing_is_named(named: bytes) -> None:
    found = find_bomb(content=_pdf(b"<<" + named + b"/Length 9>>"), name="form.pdf")
    assert found is not None
    assert found.reason == "unpacks_too_large"


def test_a_picture_in_the_large_kind_of_tiff_is_measured_too() -> None:
    out = io.BytesIO()
    Image.new("1", (9_000, 9_000), 1).save(out, "TIFF", big_tiff=True)
    assert out.getvalue().startswith(b"II+")
    found = find_bomb(content=out.getvalue(), name="scan.tif")
    assert found is not None
    assert found.reason == "huge_picture"


def _picture() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1200, 900), 64).save(out, "JPEG")
    return out.getvalue()


HONEST = {
    "an empty sheet packs well": (_office("xl/worksheets/sheet1.xml", b"<row/>" * 200_000), "list.xlsx"),
    "a chart brings its sheet along": (
        _office("word/embeddings/sheet1.xlsx", _office("xl/workbook.xml", b"<workbook/>")),
        "letter.docx",
    ),
    "a picture": (_picture(), "hall.jpg"),
    "a list": ("番号,氏名\n1,久留米 花子\n".encode("cp932") * 60_000, "list.csv"),
    "a small paper": (b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "form.pdf"),
    "nothing": (b"", "list.csv"),
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_files_pass(name: str) -> None:
    content, file_name = HONEST[name]
    assert find_bomb(content=content, name=file_name) is None
