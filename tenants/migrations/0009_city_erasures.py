import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0008_booking_data")]

    operations = [
        migrations.CreateModel(
            name="CityErasure",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("city", models.UUIDField()),
                ("code", models.CharField(max_length=6)),
                ("name", models.CharField(max_length=60)),
                ("schema_name", models.CharField(max_length=63)),
                ("reason", models.TextField()),
                ("asked_by", models.TextField()),
                ("approved_by", models.TextField()),
                ("begun_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("rows", models.PositiveBigIntegerField()),
                ("files", models.PositiveIntegerField(default=0)),
                ("keys", models.JSONField(default=list)),
                ("returned", models.CharField(default="", max_length=64)),
                ("backups_until", models.DateField()),
                ("certificate", models.BinaryField(null=True)),
            ],
            options={
                "ordering": ("-begun_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("asked_by", models.F("approved_by")), _negated=True),
                        name="erasure_by_two_people",
                    ),
                ],
            },
        ),
    ]
