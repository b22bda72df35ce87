import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts import permissions


class Role(models.Model):
    """A bundle of declared permissions that a city gives to its staff."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(_("識別名"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    permissions = ArrayField(models.CharField(max_length=80), default=list, verbose_name=_("権限"))
    is_built_in = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ("order", "name")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def granted(self) -> tuple[str, ...]:
        """Name the permissions of this role; a built-in one follows what is declared today."""
        return permissions.names_for(self.key) if self.is_built_in else tuple(self.permissions)


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
    uses_shortcuts = models.BooleanField(_("キーボードショートカットを使う"), default=True, db_default=True)
    # Part of the session's fingerprint: a new one ends every session of the person.
    session_stamp = models.UUIDField(default=uuid.uuid4, editable=False)
    roles = models.ManyToManyField(Role, related_name="staff", verbose_name=_("役割"), blank=True)

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
        """tell whether a role of this person holds a permission; raise on an undeclared name."""
        permissions.ensure_declared(name)
        return self.is_active and name in self.granted_permissions

    @property
    def granted_permissions(self) -> frozenset[str]:
        """return the names of all permissions of this person's roles, read once a request."""
        cached: frozenset[str] | None = self.__dict__.get("_granted")
        if cached is None:
            cached = frozenset(name for role in self.roles.all() for name in role.granted)
            self.__dict__["_granted"] = cached
        return cached

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
