"""Profiles, files and codes for the tests of what comes in."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.exchange.models import ImportJob, ImportProfile
from madoguchi.exchange.rules.profiles import ProfileLayout, Source
from madoguchi.exchange.services import applying, profiles
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.tenancy import City
from plugins.card_management.formats import address_list, current_system, production_data
from plugins.card_management.rules.qr_text import QrLayout
from plugins.card_management.services import intake_profiles

FILES = Path(__file__).resolve().parents[3] / "samples" / "files"
CLERK = Actor(kind="staff", id="7", name="窓口 花子")


def client_of(city: City, role: str) -> Client:
    """sign somebody of this role in."""
    client = Client(headers={"host": urlsplit(city.staff_url).netloc})
    return sign_in(client, StaffFactory.create(roles=[role]))


def profile(name: str, format_name: str, sources: dict[str, str], **changes: Any) -> ImportProfile:
    """keep a profile."""
    dates, codes, defaults = (changes.pop(key, {}) for key in ("dates", "codes", "defaults"))
    columns = dict.fromkeys([*sources, *defaults])
    layout = ProfileLayout(
        sources=tuple(
            Source(
                column=column,
                source=sources.get(column, ""),
                default=defaults.get(column, ""),
                codes=codes.get(column, {}),
                date=dates.get(column, "auto"),
            )
            for column in columns
        ),
        **changes,
    )
    return profiles.create(
        name=name, format_name=format_name, layout=layout, note="", actor=CLERK, now=clock.now()
    )


def production_profile(**changes: Any) -> ImportProfile:
    """keep the profile of the sample of production data."""
    places = {
        "交付通知書番号": "1-9",
        "氏名": "10-29",
        "氏名カナ": "30-59",
        "生年月日": "60-66",
        "性別": "67-67",
        "種別": "68-68",
        "郵便番号": "69-75",
        "住所": "76-135",
    }
    given: dict[str, Any] = {
        "shape": "fixed",
        "encoding": "cp932",
        "heading_rows": 0,
        "has_names": False,
        "width": 135,
        "trailer": r"END(?P<count>\d+)",
        "dates": {"生年月日": "era_digit"},
        "codes": {"種別": {"1": "新規", "2": "更新", "3": "再交付"}},
    }
    return profile("J-LIS作成情報", production_data.NAME, places, **{**given, **changes})


def issuance_profile(**changes: Any) -> ImportProfile:
    """keep the profile of the sample of an issuance list."""
    names = {
        "交付通知書番号": "No",
        "氏名": "氏名",
        "氏名カナ": "シメイ",
        "生年月日": "生年月日",
        "郵便番号": "郵便",
        "住所": "住所",
        "保管場所": "棚",
    }
    given: dict[str, Any] = {"delimiter": "|", "heading_rows": 2, "defaults": {"到着日": "2026-11-20"}}
    return profile("発行一覧", "issuance_notices", names, **{**given, **changes})


def address_profile() -> ImportProfile:
    """keep the profile of the sample of addresses."""
    names = {"氏名カナ": "カナ氏名", "氏名": "氏名", "生年月日": "生年月日", "住所": "住所"}
    return profile("住所リスト", address_list.NAME, names, most_changed=0)


def current_profile() -> ImportProfile:
    """keep the profile of the sample of an earlier system."""
    places = ("交付通知書番号", "氏名", "氏名カナ", "生年月日", "状態", "保管場所", "到着日", "交付日")
    states = {"1": "受入済み", "2": "保管中", "3": "交付済み", "4": "不備・再手続き", "5": "取りやめ・返納"}
    return profile(
        "現行システム",
        current_system.NAME,
        {column: str(place) for place, column in enumerate(places, 1)},
        encoding="euc_jp",
        delimiter="\t",
        heading_rows=0,
        has_names=False,
        codes={"状態": states},
    )


def upload(client: Client, choice: str, content: bytes, name: str = "file.txt") -> ImportJob | None:
    """bring a file in, as a page does, and find what became of it."""
    before = set(ImportJob.objects.values_list("id", flat=True))
    file = SimpleUploadedFile(name, content, content_type="text/plain")
    client.post("/imports/", {"format": choice, "file": file})
    return ImportJob.objects.exclude(id__in=before).first()


def bring(client: Client, found: ImportProfile, content: bytes) -> ImportJob:
    """bring a file in by a profile."""
    job = upload(client, f"profile:{found.id}", content)
    assert job is not None
    return job


def apply(job: ImportJob) -> ImportJob:
    """take a checked file in, as a worker does."""
    applying.claim(import_id=job.id, job_id=job.id, actor=CLERK, now=clock.now())
    return applying.apply(import_id=job.id, actor=SYSTEM, tell=lambda done, total: None, now=clock.now())


def sample(name: str) -> bytes:
    """read a sample file."""
    return (FILES / name).read_bytes()


QR = QrLayout(
    page=r"MKL1;(?P<list>[^;]+);(?P<page>[0-9]+)/(?P<pages>[0-9]+);",
    record=r"(?P<number>[0-9A-Z]{9}),(?P<born>[0-9]{8}),(?P<name>[^,;]*),(?P<kana>[^,;]*),(?P<kind>[0-9]);",
    codes={"kind": {"1": "新規", "2": "更新", "3": "再交付"}},
)


def qr_profile() -> None:
    """keep the profile of the sample of codes."""
    intake_profiles.create(name="交付対象者一覧", layout=QR, actor=CLERK, now=clock.now())


def codes() -> list[str]:
    """read the texts of the sample of codes."""
    return sample("qr_list.txt").decode().splitlines()
