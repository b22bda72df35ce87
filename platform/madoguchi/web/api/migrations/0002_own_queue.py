from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="webhook",
            name="failures",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="webhook",
            name="rests_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="webhookmessage",
            name="attempts",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="webhookmessage",
            name="next_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="webhookmessage",
            name="why",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
    ]
