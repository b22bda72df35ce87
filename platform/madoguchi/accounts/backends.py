from typing import Any

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
        """Find the member of staff with this code and password, in equal time for an unknown code."""
        staff_code = username if username is not None else kwargs.get("staff_code")
        if staff_code is None or password is None:
            return None
        code = normalise_staff_code(str(staff_code))
        return super().authenticate(request, username=code, password=password)
