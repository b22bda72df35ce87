"""Bookings that a file brought in before the city went live."""

from django.db import models

from plugins.card_reservation.models.bookings import Booking


class LoadedBooking(models.Model):
    """Which file a booking came from, and the number it had in the city's earlier book."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, primary_key=True, related_name="loaded")
    import_job = models.UUIDField()
    earlier_number = models.CharField(max_length=40, blank=True, default="", db_default="")

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["import_job"], name="loaded_by_import"),
            models.Index(
                fields=["earlier_number"],
                name="loaded_by_number",
                condition=~models.Q(earlier_number=""),
            ),
        ]
