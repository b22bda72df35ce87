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


class PreferenceChange(models.Model):
    """One change of a plugin's settings: what was chosen before and after it."""

    id = models.BigAutoField(primary_key=True)
    plugin = models.CharField(max_length=60)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=100)

    class Meta:
        default_permissions = ()
        ordering = ("-changed_at", "-id")
        indexes = (models.Index(fields=["plugin", "-changed_at"], name="preference_change_by_plugin"),)

    def __str__(self) -> str:
        return f"{self.plugin} {self.changed_at}"
