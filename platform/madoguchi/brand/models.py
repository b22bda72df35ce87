import uuid

from django.db import models


class Logo(models.Model):
    """A cleaned picture, kept once however often it is chosen."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80, unique=True)
    media_type = models.CharField(max_length=20)
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Look(models.Model):
    """What a city chose, one row per choice; the newest that is no draft is what everybody sees."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    is_draft = models.BooleanField(default=False)
    chosen = models.JSONField(default=dict)
    logo = models.ForeignKey(Logo, null=True, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(db_index=True)
    chosen_by = models.CharField(max_length=100)

    class Meta:
        ordering = ("-chosen_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["is_draft"], condition=models.Q(is_draft=True), name="brand_one_draft"
            )
        ]

    def __str__(self) -> str:
        return f"{self.chosen_at:%Y-%m-%d} {self.chosen_by}"
