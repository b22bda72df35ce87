"""What a city's staff reach."""

from django.urls import include, path

from deploy.urls.mounting import mounted

handler400 = "madoguchi.web.errors.bad_request"
handler403 = "madoguchi.web.errors.permission_denied"
handler404 = "madoguchi.web.errors.page_not_found"
handler500 = "madoguchi.web.errors.server_error"

urlpatterns = [
    path("", include("madoguchi.accounts.urls")),
    path("messages/", include("madoguchi.notifications.urls")),
    path("imports/", include("madoguchi.exchange.urls")),
    path("jobs/", include("madoguchi.jobs.urls")),
    path("", include("madoguchi.web.media")),
    path("cms/", include("cms.urls.staff")),
    *mounted("staff"),
    path("api/v1/", include("deploy.urls.api")),
]
