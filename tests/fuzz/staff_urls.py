"""What staff reach, and beside it the views that go wrong on purpose."""

from deploy.urls import staff
from madoguchi.web.api import limits
from tests.fuzz import views

# Fifty thousand questions in a few minutes are what these tests are for.
limits.PER_MINUTE = limits.STRANGERS_PER_MINUTE = 1_000_000_000  # type: ignore[misc]

handler400 = staff.handler400
handler403 = staff.handler403
handler404 = staff.handler404
handler500 = staff.handler500
urlpatterns = [*views.urlpatterns, *staff.urlpatterns]
