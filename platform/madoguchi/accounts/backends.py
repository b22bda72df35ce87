from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from madoguchi.accounts.codes import normalise_staff_code
from madoguchi.accounts.models import Staff


class StaffBackend(ModelBackend):
    """Staff code and password; Wagtail's own permissions come through Django groups."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Staff | None:
        """Find the member of staff with this code and password, in equal time for an unknown code.

        The code comes as ``staff_code`` and normalised: under another name or spelling the
        lock-out would count the same person as somebody else.
        """
        staff_code = kwargs.get("staff_code")
        if username is not None or staff_code is None or password is None:
            return None
        if staff_code != normalise_staff_code(str(staff_code)):
            return None
        return super().authenticate(request, username=staff_code, password=password)

    def get_user(self, user_id: UUID | str) -> Staff | None:
        """Find who is signed in, with the roles that every page asks for more than once."""
        staff = Staff.objects.prefetch_related("roles").filter(pk=user_id).first()
        return staff if staff is not None and self.user_can_authenticate(staff) else None
