"""What residents reach, and beside it the views that go wrong on purpose."""

from deploy.urls import resident
from tests.fuzz import views

handler400 = resident.handler400
handler403 = resident.handler403
handler404 = resident.handler404
handler500 = resident.handler500
urlpatterns = [*views.urlpatterns, *resident.urlpatterns]
