from uuid import uuid4

from django.db import models


class Report(models.Model):
    """Something that somebody lost; not a word about who."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    thing = models.CharField(max_length=100)
    reported_at = models.DateTimeField()
    is_counted = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.thing
