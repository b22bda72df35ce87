"""What the long tests share."""

from tests.isolation.freedoms import files_of_its_own, programs_never_wait

__all__ = ["files_of_its_own", "programs_never_wait"]
