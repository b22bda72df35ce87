"""What an administrator tries out before residents meet it."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from madoguchi.places.models import Place
from plugins.card_reservation.models.schedule import Service


class ScheduleDraft(models.Model):
    """Changes of hours and rules of one service at one place, weighed against demand, not yet in force."""

    class State(models.TextChoices):
        OPEN = "open"
        PUBLISHED = "published"
        DISCARDED = "discarded"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=60)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    # What shall be different, by kind; a kind that is not named stays as it is.
    wanted = models.JSONField(default=dict)
    # What weighing told, and what was there before it was published, in the shape of `wanted`.
    weighed = models.JSONField(default=dict)
    weighed_at = models.DateTimeField(null=True, blank=True)
    replaced = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("open", "published", "discarded")), name="schedule_draft_state"
            ),
        ]
        indexes = [models.Index(fields=["state", "changed_at"], name="schedule_draft_by_state")]
