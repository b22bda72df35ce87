from typing import Any
from uuid import UUID

from django.db import migrations

PICKUP = "pickup"
PICKUP_ID = UUID("8b0c1f2e-6d0a-5c55-9f0e-1d6f2f3a7c01")


def give_the_fixed_key(apps: Any, schema_editor: Any) -> None:
    """Give the pick-up of a city the key it has in every city."""
    services = apps.get_model("card_reservation", "Service").objects
    found = services.filter(code=PICKUP).exclude(pk=PICKUP_ID).first()
    if found is None:
        return
    services.filter(pk=found.pk).update(code="pickup-before")
    services.create(pk=PICKUP_ID, code=PICKUP, name=found.name, is_offered=found.is_offered)
    for name in ("PlaceRules", "WaitingEntry"):
        rows = apps.get_model("card_reservation", name).objects
        rows.filter(service_id=found.pk).update(service_id=PICKUP_ID)
    services.filter(pk=found.pk).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("card_reservation", "0009_residents"),
    ]

    operations = [
        migrations.RunPython(give_the_fixed_key, migrations.RunPython.noop),
    ]
