import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('card_reservation', '0006_loaded_bookings'),
        ('places', '0002_places_of_the_city'),
    ]

    operations = [
        migrations.CreateModel(
            name='ScheduleDraft',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60)),
                ('wanted', models.JSONField(default=dict)),
                ('weighed', models.JSONField(default=dict)),
                ('weighed_at', models.DateTimeField(blank=True, null=True)),
                ('replaced', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('open', 'Open'), ('published', 'Published'), ('discarded', 'Discarded')], default='open', max_length=9)),
                ('made_by', models.CharField(max_length=150)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('published_by', models.CharField(blank=True, default='', max_length=150)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='places.place')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='card_reservation.service')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['state', 'changed_at'], name='schedule_draft_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('open', 'published', 'discarded'))), name='schedule_draft_state')],
            },
        ),
    ]
