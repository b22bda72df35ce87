"""What a city's residents reach: the doors of its plugins, then its own pages."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from deploy.urls.mounting import mounted

handler400 = "madoguchi.web.errors.bad_request"
handler403 = "madoguchi.web.errors.permission_denied"
handler404 = "madoguchi.web.errors.page_not_found"
handler500 = "madoguchi.web.errors.server_error"

urlpatterns = [
    path("", include("madoguchi.web.media")),
    path("", include("madoguchi.web.text_sizes")),
    path("", include("madoguchi.web.furigana")),
    *i18n_patterns(
        *mounted("resident"),
        path("", include("cms.urls.resident")),
        prefix_default_language=False,
    ),
]
