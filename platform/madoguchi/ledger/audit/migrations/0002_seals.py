import django.contrib.postgres.fields
from django.db import migrations, models

# The second guard beside the grants, as on the entries themselves.
REFUSE_CHANGE = """
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_anchors_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_auditanchor
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
ALLOW_CHANGE = """
DROP TRIGGER audit_seals_append_only ON audit_auditseal;
DROP TRIGGER audit_anchors_append_only ON audit_auditanchor;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditAnchor',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('day', models.DateField(unique=True)),
                ('seal_number', models.BigIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('entries', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('sealed_at', models.DateTimeField()),
                ('count', models.PositiveIntegerField()),
                ('runs', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('root', models.CharField(max_length=64)),
                ('previous', models.CharField(max_length=64, unique=True)),
                ('digest', models.CharField(max_length=64)),
                ('signature', models.CharField(max_length=64)),
            ],
        ),
        migrations.RunSQL(sql=REFUSE_CHANGE, reverse_sql=ALLOW_CHANGE),
    ]
