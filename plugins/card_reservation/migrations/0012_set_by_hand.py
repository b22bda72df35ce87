from typing import Any

from django.db import migrations


def keep_what_was_set_by_hand(apps: Any, schema_editor: Any) -> None:
    """Mark the slots whose capacity a person changed, so that no plan takes it back."""
    slots = apps.get_model("card_reservation", "Slot").objects
    for rules in apps.get_model("card_reservation", "PlaceRules").objects.all():
        found = slots.filter(place_id=rules.place_id, service_id=rules.service_id)
        found.exclude(capacity=rules.capacity).update(capacity_by_hand=True)


class Migration(migrations.Migration):
    dependencies = [
        ("card_reservation", "0011_schedule"),
    ]

    operations = [
        migrations.RunPython(keep_what_was_set_by_hand, migrations.RunPython.noop),
    ]
