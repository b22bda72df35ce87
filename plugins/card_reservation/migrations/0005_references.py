from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("card_reservation", "0004_without_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="reference",
            name="overlay_index",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="reference",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="reference",
            name="withdrawn_by",
            field=models.UUIDField(null=True),
        ),
    ]
