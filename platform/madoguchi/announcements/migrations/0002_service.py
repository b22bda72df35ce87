from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("announcements", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="announcement",
            name="service",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
    ]
