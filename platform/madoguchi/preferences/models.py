from django.db import models


class Preference(models.Model):
    """What a city chose of one plugin; only what differs from the defaults."""

    id = models.BigAutoField(primary_key=True)
    plugin = models.CharField(max_length=60, unique=True)
    chosen = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.plugin
