"""The public schema: which cities exist, under which names, with which plugins and contract.

Nothing of a resident ever stands here.
"""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from tenants.erasures import CityErasure as CityErasure
from tenants.registered import EntryState as EntryState
from tenants.registered import RegisterCheck as RegisterCheck
from tenants.registered import RegisterEntry as RegisterEntry
from tenants.registered import RegisterKind as RegisterKind
from tenants.rules.codes import is_valid_code


def validate_code(code: str) -> None:
    """Refuse a local government code whose check digit is wrong."""
    if not is_valid_code(code):
        raise ValidationError(_("全国地方公共団体コードの検査数字が合いません。"), code="bad_code")


class State(models.TextChoices):
    """The life of a city on the platform."""

    TEST = "test", _("試行中")
    ACTIVE = "active", _("稼働中")
    SUSPENDED = "suspended", _("停止中")
    CLOSING = "closing", _("終了手続き中")
    CLOSED = "closed", _("終了")


class Zone(models.TextChoices):
    """Whom a host name serves."""

    RESIDENT = "resident", _("住民")
    STAFF = "staff", _("職員")


class City(TenantMixin):
    """A municipality; its schema is made by provisioning, never by saving a row."""

    auto_create_schema = False
    auto_drop_schema = False

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=6, unique=True, validators=[validate_code])
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_kana = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    prefecture = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State, default=State.TEST)
    brand = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):
    """A host name of a city, in one of its two zones."""

    zone = models.CharField(max_length=10, choices=Zone)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "zone"],
                condition=models.Q(is_primary=True),
                name="one_primary_domain_per_zone",
            )
        ]


class PluginSwitch(models.Model):
    """Whether a city has a plugin on; switching off deletes nothing."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="switches")
    plugin = models.CharField(max_length=60)
    is_on = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "plugin"], name="one_switch_per_city_and_plugin")
        ]

    def __str__(self) -> str:
        return f"{self.city_id}:{self.plugin}"


class Contract(models.Model):
    """What was agreed with a city: the term and the rules the platform keeps to."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    city = models.OneToOneField(City, on_delete=models.CASCADE, related_name="contract")
    starts_on = models.DateField()
    ends_on = models.DateField()
    rules = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="contract_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.city_id}: {self.starts_on}–{self.ends_on}"


class BookingDataChoice(models.Model):
    """What a city keeps of the people who book: asked for by one operator, approved by another."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="booking_data_choices")
    personal_data = models.CharField(max_length=5)
    reason = models.TextField(default="")
    requested_by = models.CharField(max_length=20)
    requested_by_name = models.TextField()
    approved_by = models.CharField(max_length=20)
    approved_by_name = models.TextField()
    chosen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["city", "chosen_at"], name="booking_data_by_city")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(personal_data__in=["names", "email", "none"]),
                name="booking_data_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(requested_by=models.F("approved_by")), name="booking_data_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city_id}: {self.personal_data}"


class ContractAlert(models.Model):
    """That our operators were told, so many days ahead, of the end of a contract."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="alerts")
    ends_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "ends_on", "days"], name="contract_alert_once")
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.ends_on} {self.days}"


class RequestState(models.TextChoices):
    """How far a wish for a new city has come."""

    DRAFT = "draft", _("入力中")
    APPROVING = "approving", _("承認待ち")
    WAITING = "waiting", _("作成待ち")
    RUNNING = "running", _("作成中")
    DONE = "done", _("作成済み")
    FAILED = "failed", _("作成できませんでした")
    DROPPED = "dropped", _("取りやめ")


class ProvisioningRequest(models.Model):
    """A wish of our operators for a new city, which the owner's process fulfils."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # What the city is to be; only our operators read it, and after the end no name is left in it.
    profile = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.DRAFT)
    step = models.CharField(max_length=20, default="")
    error = models.CharField(max_length=60, default="")
    error_text = models.TextField(default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_by = models.UUIDField()
    requested_by_name = models.TextField()
    # Who sent it and who approved it, where a second pair of eyes is needed.
    sent_by = models.CharField(max_length=20, default="", db_default="")
    sent_by_name = models.TextField(default="", db_default="")
    approved_by = models.CharField(max_length=20, default="", db_default="")
    approved_by_name = models.TextField(default="", db_default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # The first administrator's code, sealed with the operators' key until it has been shown once.
    sealed_code = models.BinaryField(null=True)
    code_shown_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = [
            models.Index(
                fields=["changed_at"],
                name="requests_waiting",
                condition=models.Q(state__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.uuid}: {self.state}"


class WatchDay(models.Model):
    """What the watcher saw of a city's plugin on one day in Japan, one bit for each of its 1,440 minutes.

    The plugin '' is the site itself. A minute that nobody looked at stays unknown.
    """

    id = models.BigAutoField(primary_key=True)
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="watch_days", db_index=False)
    plugin = models.CharField(max_length=60)
    day = models.DateField()
    down = models.BinaryField()
    unknown = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "plugin", "day"], name="watch_one_row_a_day"),
            models.CheckConstraint(
                condition=models.Q(Exact(Length("down"), 180), Exact(Length("unknown"), 180)),
                name="watch_whole_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city_id}:{self.plugin} {self.day}"


class WatchSweep(models.Model):
    """The newest round of the watcher: its minute, claimed by one process, and what it came to."""

    id = models.BigAutoField(primary_key=True)
    minute = models.DateTimeField()
    holder = models.CharField(max_length=80)
    cities = models.PositiveIntegerField(null=True)
    seconds = models.FloatField(null=True)
    outbox_waiting = models.PositiveBigIntegerField(null=True)
    outbox_dead = models.PositiveBigIntegerField(null=True)
    outbox_oldest_seconds = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"{self.minute} {self.holder}"


class SchemaVersion(models.Model):
    """Which state of the migrations a schema carries, written in the transaction that brings it there."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    schema_name = models.CharField(max_length=63, unique=True)
    version = models.CharField(max_length=16)
    changed_at = models.DateTimeField()
    # What failed the last time and where: never a value out of somebody's row.
    last_error = models.CharField(max_length=300, default="")

    def __str__(self) -> str:
        return f"{self.schema_name}: {self.version}"


class FleetRun(models.Model):
    """One run of migrate_fleet."""

    class Outcome(models.TextChoices):
        """How a run ended, or that it has not."""

        RUNNING = "running", _("実行中")
        DONE = "done", _("完了")
        STOPPED = "stopped", _("エラーで停止")
        BROKEN_OFF = "broken_off", _("中断")

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.CharField(max_length=16)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    canary = models.CharField(max_length=63)
    schemas = models.PositiveIntegerField()
    jobs = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"{self.started_at}: {self.version} {self.outcome}"


class FleetStep(models.Model):
    """What one run did to one schema."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(FleetRun, on_delete=models.CASCADE, related_name="steps")
    schema_name = models.CharField(max_length=63)
    is_done = models.BooleanField()
    attempts = models.PositiveSmallIntegerField()
    migrations = models.PositiveSmallIntegerField()
    seconds = models.FloatField()
    error = models.CharField(max_length=300, default="")
    ended_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "schema_name"], name="one_step_per_run_and_schema")
        ]

    def __str__(self) -> str:
        return f"{self.schema_name}: {self.is_done}"


class PlannedOutage(models.Model):
    """A time in which the service of some cities stops for work, as our operators announced it."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # What residents and staff read: one text in each language of the pages.
    reasons = models.JSONField(default=dict)
    # Why the notice that was agreed could not be kept; empty when it was.
    emergency_reason = models.TextField(default="")
    # Otherwise somebody says that the work is done, however long it takes.
    opens_by_itself = models.BooleanField(default=False)
    pass_digest = models.CharField(max_length=64, default="")
    announced_by = models.UUIDField()
    announced_by_name = models.TextField()
    announced_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-starts_at",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="outage_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at}–{self.ends_at}"


class Consent(models.TextChoices):
    """What a city said to a planned outage, or that it need not be asked."""

    NOT_NEEDED = "not_needed", _("不要")
    ASKED = "asked", _("回答待ち")
    GIVEN = "given", _("承諾")
    REFUSED = "refused", _("承諾しない")


class OutageOfCity(models.Model):
    """A planned outage as it meets one city: under which rule, with which answer, from when it is told."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    outage = models.ForeignKey(PlannedOutage, on_delete=models.CASCADE, related_name="cities")
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="outages")
    notice_days = models.PositiveSmallIntegerField()
    consent = models.CharField(max_length=10, choices=Consent)
    answered_at = models.DateTimeField(null=True)
    answered_by_name = models.TextField(default="")
    answer_reason = models.TextField(default="")
    # Residents read of it from this moment on.
    told_from = models.DateTimeField()
    # Announced in time and agreed: these minutes are no failure. Without them all of it is.
    counted_from = models.DateTimeField(null=True)
    counted_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outage", "city"], name="one_row_per_outage_and_city")]

    def __str__(self) -> str:
        return f"{self.outage_id}:{self.city_id} {self.consent}"
