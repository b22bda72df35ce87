"""What is kept: notes, without a word about who wrote them."""

from uuid import uuid4

from django.db import models


class Note(models.Model):
    """What a resident wrote, and when staff were done with it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    text = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)
