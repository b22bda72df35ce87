"""What the tables may hold, and where they may stand."""

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

OURS = ("madoguchi.", "plugins.", "cms", "tenants")
PUBLIC_TABLES = {
    "tenants_bookingdatachoice",
    "tenants_city",
    "tenants_cityerasure",
    "tenants_contract",
    "tenants_contractalert",
    "tenants_domain",
    "tenants_fleetrun",
    "tenants_fleetstep",
    "tenants_pluginswitch",
    "tenants_outageofcity",
    "tenants_plannedoutage",
    "tenants_provisioningrequest",
    "tenants_registercheck",
    "tenants_registerentry",
    "tenants_schemaversion",
    "tenants_watchday",
    "tenants_watchsweep",
}
BOOKING_TABLES = ("card_reservation_booking", "card_reservation_slot")
PERSONAL = (
    "name", "kana", "mail", "phone", "tel", "address", "birth", "born", "sex", "gender", "line_id", "postal",
)  # fmt: skip
MY_NUMBER = ("my_number", "mynumber", "individual_number", "kojin_bango", "personal_number")


def _is_ours(model: type[models.Model]) -> bool:
    return apps.get_app_config(model._meta.app_label).name.startswith(OURS)


MODELS = [model for model in apps.get_models(include_auto_created=True) if _is_ours(model)]


def _shared(model: type[models.Model]) -> bool:
    return apps.get_app_config(model._meta.app_label).name in settings.SHARED_APPS


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_key_never_runs_out_and_never_tells_how_many_there_are(model: type[models.Model]) -> None:
    key: Any = model._meta.pk
    while key.remote_field:
        key = key.target_field
    is_ours = _is_ours(key.model)
    assert not is_ours or isinstance(key, models.UUIDField | models.BigAutoField), key


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_table_has_a_place_for_a_my_number(model: type[models.Model]) -> None:
    for field in model._meta.get_fields():
        words = f"{field.name} {getattr(field, 'verbose_name', '')} {getattr(field, 'help_text', '')}".lower()
        assert not any(word in words for word in MY_NUMBER), field
        assert "個人番号" not in words, field


def test_booking_tables_hold_nothing_of_a_person() -> None:
    booking = [model for model in MODELS if model._meta.db_table.startswith(BOOKING_TABLES)]
    assert booking, "the booking tables have been renamed: name them here again"
    personal = [
        f"{model._meta.db_table}.{field.column}"
        for model in booking
        for field in model._meta.concrete_fields
        if any(word in str(field.column) for word in PERSONAL)
    ]
    assert personal == []


def test_the_public_schema_holds_these_tables_and_no_others() -> None:
    # Three tables of Django's own stand in every schema; none of them holds anything of a resident.
    public = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if _shared(model)}
    assert public == PUBLIC_TABLES


def test_no_table_name_exists_both_in_public_and_in_a_city() -> None:
    everything = apps.get_models(include_auto_created=True)
    shared = {model._meta.db_table for model in everything if _shared(model)}
    of_a_city = {model._meta.db_table for model in everything if not _shared(model)}
    assert shared & of_a_city == set()
    assert set(settings.SHARED_APPS) & set(settings.TENANT_APPS) == set()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_foreign_key_leaves_its_world(model: type[models.Model]) -> None:
    for field in model._meta.concrete_fields:
        if field.is_relation and isinstance(field.related_model, type):
            assert _shared(model) == _shared(field.related_model), field
