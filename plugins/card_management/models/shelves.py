"""Where cards lie, how they travel, what is left to do with them, and how those end that nobody fetches."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from madoguchi.places.models import Place
from plugins.card_management.models.ledger import Card


class Spot(models.Model):
    """The smallest place of storage that has a name and a bar code: a shelf, a box or a position in it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    cabinet = models.CharField(max_length=20)
    shelf = models.CharField(max_length=10, blank=True)
    box = models.CharField(max_length=10, blank=True)
    position = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=60)
    walk = models.PositiveIntegerField()
    # 0 takes any number of cards.
    capacity = models.PositiveSmallIntegerField(default=0)
    is_open = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["place", "walk", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "name"], name="spot_once_per_place"),
        ]
        indexes: ClassVar = [models.Index(fields=["place", "walk"], name="spot_walk")]

    def __str__(self) -> str:
        return self.name


class AssignmentRule(models.Model):
    """Which new cards go to which cabinets; an empty condition fits every card."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    order = models.PositiveSmallIntegerField()
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    cabinets = models.CharField(max_length=200, blank=True)
    batch = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    area = models.CharField(max_length=120, blank=True)
    kana_rows = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering: ClassVar = ["order", "id"]


class SpotMove(models.Model):
    """One move of a card from one spot to another: who, when and how; never changed."""

    id = models.BigAutoField(primary_key=True)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="spot_moves")
    from_name = models.CharField(max_length=60, blank=True)
    to_name = models.CharField(max_length=60, blank=True)
    place_name = models.CharField(max_length=80, blank=True)
    how = models.CharField(max_length=10)
    moved_at = models.DateTimeField()
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["actor_id", "-id"], name="spot_move_of_actor")]


class Stocktake(models.Model):
    """One count of the cards of a place, signed when it is over."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    cabinet = models.CharField(max_length=20, blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=120)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True)
    # What was found when it was signed; later moves change nothing of it.
    found = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-begun_at"]


class StocktakeCount(models.Model):
    """What should have lain in one spot when it was counted, and what was scanned there."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    stocktake = models.ForeignKey(Stocktake, on_delete=models.CASCADE, related_name="counts")
    spot = models.ForeignKey(Spot, on_delete=models.CASCADE, related_name="+")
    expected = ArrayField(models.UUIDField(), default=list)
    scanned = ArrayField(models.UUIDField(), default=list)
    # The last letters of codes that are no card of this city.
    strange = ArrayField(models.CharField(max_length=8), default=list)
    begun_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)
    counted_by = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stocktake", "spot"], name="spot_once_per_stocktake"),
        ]


class PullRound(models.Model):
    """The cards that were to be fetched for one day at one place when the list was last confirmed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    known = ArrayField(models.UUIDField(), default=list)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=120, blank=True)
    wrong = models.PositiveIntegerField(default=0)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "day"], name="pull_round_once"),
        ]


class Parcel(models.Model):
    """Cards on their way from one place to another, signed for at both ends."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    from_place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    to_place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="packing")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=120, blank=True)
    due_on = models.DateField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(from_place=F("to_place")), name="parcel_goes_elsewhere"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="parcel_under_way")]


class ParcelCard(models.Model):
    """One card of a parcel: packed, received, or missing until somebody says what became of it."""

    id = models.BigAutoField(primary_key=True)
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="cards")
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="+")
    wanted_on = models.DateField(null=True)
    packed_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    # packed · received · missing · extra
    outcome = models.CharField(max_length=10, default="packed")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=120, blank=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["card"], condition=Q(is_open=True), name="card_in_one_parcel"),
        ]


class ShelfTask(models.Model):
    """A card that has to go back to its shelf or to another place, because its booking changed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=10)
    reason = models.CharField(max_length=10)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="+")
    # Where the card is now, as far as anybody knows.
    place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True, related_name="+")
    booking_number = models.CharField(max_length=20, blank=True)
    event = models.UUIDField()
    since = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["card"], condition=Q(done_at__isnull=True), name="one_open_task_per_card"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["done_at", "since"], name="shelf_task_list")]


class RadarAct(models.Model):
    """One step towards whoever has not come for a card: a letter, a nudge, a call; taken back, not erased."""

    id = models.BigAutoField(primary_key=True)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="radar_acts")
    step = models.CharField(max_length=10)
    acted_at = models.DateTimeField()
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120, blank=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["card", "step"], condition=Q(taken_back_at__isnull=True), name="radar_step_once"
            ),
        ]


class Disposal(models.Model):
    """Cards that are to be destroyed together: asked for by one person, decided by another."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    reason = models.CharField(max_length=500)
    way = models.CharField(max_length=20)
    count = models.PositiveIntegerField()
    # asked · done · refused
    state = models.CharField(max_length=10, default="asked")
    request = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["-number"]


class DisposalCard(models.Model):
    """One card of a disposal, with what is needed to prove it later, and whether it was destroyed."""

    id = models.BigAutoField(primary_key=True)
    disposal = models.ForeignKey(Disposal, on_delete=models.CASCADE, related_name="cards")
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="+")
    spot_name = models.CharField(max_length=60, blank=True)
    deadline_on = models.DateField(null=True)
    # asked · disposed · kept
    outcome = models.CharField(max_length=10, default="asked")
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["card"], condition=Q(is_open=True), name="card_in_one_disposal"),
        ]
