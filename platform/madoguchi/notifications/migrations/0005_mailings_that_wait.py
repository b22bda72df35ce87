from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0004_handled_by_hand"),
    ]

    operations = [
        migrations.AlterField(
            model_name="mailing",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "下書き"),
                    ("asked", "承認待ち"),
                    ("confirmed", "準備中"),
                    ("sending", "送信中"),
                    ("paused", "一時停止中"),
                    ("stopped", "中止"),
                    ("done", "完了"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
    ]
