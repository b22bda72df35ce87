"""What our operators reach: the list of cities, and their own sign-in."""

from django.urls import include, path

handler400 = "madoguchi.web.errors.bad_request"
handler403 = "madoguchi.web.errors.permission_denied"
handler404 = "madoguchi.web.errors.page_not_found"
handler500 = "madoguchi.web.errors.server_error"

urlpatterns = [
    path("", include("tenants.urls")),
    path("", include("madoguchi.accounts.urls")),
    path("approvals/", include("madoguchi.approvals.urls")),
    path("design/", include("madoguchi.brand.design_urls")),
]
