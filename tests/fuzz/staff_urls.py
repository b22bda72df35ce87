"""What staff reach, and beside it the views that go wrong on purpose."""

from deploy.urls import staff
from tests.fuzz import views

handler400 = staff.handler400
handler403 = staff.handler403
handler404 = staff.handler404
handler500 = staff.handler500
urlpatterns = [*views.urlpatterns, *staff.urlpatterns]
