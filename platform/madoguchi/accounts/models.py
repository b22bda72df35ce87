import uuid
from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts import credentials as credentials  # Django looks for models here
from madoguchi.accounts import permissions, rights
from madoguchi.accounts.session_records import OperatorVisit as OperatorVisit
from madoguchi.accounts.session_records import StaffSession as StaffSession
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger.audit.actors import Actor, ActorKind
from madoguchi.tenancy import current_city, is_operators


class Role(models.Model):
    """A bundle of declared permissions that a city gives to its staff."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(_("識別名"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    permissions = ArrayField(models.CharField(max_length=80), default=list, verbose_name=_("権限"))
    is_built_in = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=100)
    # What this city took from a built-in role; what it added stands in ``permissions``.
    withheld = ArrayField(
        models.CharField(max_length=80), default=list, db_default=Value([], ArrayField(models.CharField()))
    )
    # Column → "hide" or "short".
    masks = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))

    class Meta:
        ordering = ("order", "name")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def granted(self) -> tuple[str, ...]:
        """Name the permissions of this role; a built-in one follows what is declared today."""
        if not self.is_built_in:
            return tuple(self.permissions)
        ours = {*permissions.names_for(self.key), *self.permissions} - set(self.withheld)
        return tuple(sorted(ours))


class Staff(AbstractBaseUser, PermissionsMixin):
    """A member of a city's staff, or of the operators' in their schema."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff_code = models.CharField(
        _("職員コード"),
        max_length=20,
        unique=True,
        error_messages={"unique": _("この職員コードは登録済みです。")},
    )
    name = models.CharField(_("氏名"), max_length=60)
    name_kana = models.CharField(_("氏名カナ"), max_length=80, blank=True)
    section = models.CharField(_("課・係"), max_length=60, blank=True)
    email = models.EmailField(_("メールアドレス"), blank=True)
    is_active = models.BooleanField(_("利用中"), default=True)
    must_change_password = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(null=True, editable=False)
    uses_shortcuts = models.BooleanField(_("キーボードショートカットを使う"), default=True, db_default=True)
    # Part of the session's fingerprint: a new one ends every session of the person.
    session_stamp = models.UUIDField(default=uuid.uuid4, editable=False)
    # Permission → what was granted or denied to this person alone: read with the person at every page.
    overrides = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    # The places of this person's work; empty for all of them.
    place_ids = ArrayField(models.UUIDField(), null=True)
    roles = models.ManyToManyField(Role, related_name="staff", verbose_name=_("役割"), blank=True)

    # Set on the person of a visit, who is no row of this table.
    visit: OperatorVisit | None = None
    eyes: Eyes | None = None

    objects = BaseUserManager()

    USERNAME_FIELD = "staff_code"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("staff_code",)
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def has_permission(self, name: str) -> bool:
        """Tell whether this person holds a permission; raise on an undeclared name."""
        permissions.ensure_declared(name)
        return self.is_active and name in self.granted_permissions

    @property
    def granted_permissions(self) -> frozenset[str]:
        """Return the names of all that this person may do today, read once a request."""
        cached: frozenset[str] | None = self.__dict__.get("_granted")
        if cached is None:
            cached = self.granted_on(clock.today())
            self.__dict__["_granted"] = cached
        return cached

    def granted_on(self, today: date) -> frozenset[str]:
        """Return the names of all that this person may do on a day."""
        by_roles = [name for role in self.roles.all() for name in role.granted]
        overrides = rights.read_overrides(self.overrides)
        return rights.effective(by_roles=by_roles, overrides=overrides, today=today)

    @property
    def actor(self) -> Actor:
        """Return this person as the audit list names them."""
        if self.visit is not None:
            return Actor(kind="operator", id=str(self.visit.operator_id), name=self.visit.operator_name)
        kind: ActorKind = "operator" if is_operators(current_city()) else "staff"
        return Actor(kind=kind, id=str(self.id), name=self.name)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "madoguchi.accounts.session",
            f"{self.password}:{self.session_stamp}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class ResetCode(models.Model):
    """A code, kept as a digest only, with which one person sets a new password once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="reset_codes")
    digest = models.BinaryField(max_length=32, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()


class SavedView(models.Model):
    """Filters, order and columns of one list under a name, for one person or for all of the city."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    table = models.CharField(max_length=80)
    name = models.CharField(_("名前"), max_length=40)
    query = models.CharField(max_length=1000, blank=True)
    columns = ArrayField(models.CharField(max_length=40), default=list)
    owner = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    is_shared = models.BooleanField(_("ほかの職員も使う"), default=False)
    changed_at = models.DateTimeField()
    # A deleted view stays for as long as its deletion can be undone.
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("name", "id")
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["table", "owner"], name="saved_view_by_table")]

    def __str__(self) -> str:
        return self.name


class ListChoice(models.Model):
    """How one person looks at one list: columns, rows a page, the view it opens with."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    table = models.CharField(max_length=80)
    columns = ArrayField(models.CharField(max_length=40), default=list)
    page_size = models.PositiveSmallIntegerField(null=True)
    opens_with = models.ForeignKey(SavedView, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "table"], name="list_choice_once"),
        ]


class UndoOffer(models.Model):
    """Something a person did and may take back for some minutes, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=80)
    values = models.JSONField(default=dict)
    back_url = models.CharField(max_length=1000)
    offered_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()


class Draft(models.Model):
    """What somebody typed when their session had ended, sealed, for the half hour until they are back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    kept_at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class PersonnelPlan(models.Model):
    """A list of joins, moves and leaves that takes effect on a day, in one go."""

    class State(models.TextChoices):
        CHECKED = "checked"
        PLANNED = "planned"
        DONE = "done"
        DROPPED = "dropped"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effective_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKED)
    # What was read, one entry a person; and what was there before, once it is done.
    entries = models.JSONField(default=list)
    before = models.JSONField(default=list)
    asked_by_id = models.CharField(max_length=64)
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ("-asked_at",)
        default_permissions = ()
