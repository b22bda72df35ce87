"""The machine API of a city, for its own staff's programs."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from deploy.urls.mounting import mounted
from madoguchi.web.access import signed_in

urlpatterns = [
    path("schema/", signed_in(SpectacularAPIView.as_view(urlconf="deploy.urls.staff")), name="api_schema"),
    *mounted("api"),
]
