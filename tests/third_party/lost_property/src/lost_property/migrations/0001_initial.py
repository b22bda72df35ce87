import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("thing", models.CharField(max_length=100)),
                ("reported_at", models.DateTimeField()),
                ("is_counted", models.BooleanField(default=False)),
            ],
        ),
    ]
