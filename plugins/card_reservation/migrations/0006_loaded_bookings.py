import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("card_reservation", "0005_references"),
    ]

    operations = [
        migrations.CreateModel(
            name="LoadedBooking",
            fields=[
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="loaded",
                        serialize=False,
                        to="card_reservation.booking",
                    ),
                ),
                ("import_job", models.UUIDField()),
                ("earlier_number", models.CharField(blank=True, db_default="", default="", max_length=40)),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["import_job"], name="loaded_by_import"),
                    models.Index(
                        condition=models.Q(("earlier_number", ""), _negated=True),
                        fields=["earlier_number"],
                        name="loaded_by_number",
                    ),
                ],
            },
        ),
    ]
