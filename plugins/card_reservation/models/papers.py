"""What the counter works from without us."""

from uuid import uuid4

from django.db import models

from madoguchi.places.models import Place


class PaperKit(models.Model):
    """One list of the coming days of one place as a sealed PDF: what the counter works from without us."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    made_at = models.DateTimeField()
    visits = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "first_day"], name="paper_kit_once_per_day"),
        ]
