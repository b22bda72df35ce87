"""The pages of the resident site; nothing of Wagtail's sign-in and private pages comes with them."""

from django.urls import path, re_path

from cms import accessibility, views
from cms.urls.documents import urlpatterns as documents

urlpatterns = [
    path("-/private/", views.nothing_here, name="wagtailcore_login"),
    path(
        "-/private/<int:page_view_restriction_id>/<int:page_id>/",
        views.nothing_here,
        name="wagtailcore_authenticate_with_password",
    ),
    *documents,
    path("accessibility/results/", accessibility.results, name="accessibility_results"),
    path("search/", views.find, name="site_search"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.pages_for_robots, name="sitemap"),
    # Addresses of a city's older site end in .html and the like; ours never do.
    re_path(r"^(?P<old>[^\0]{1,300}\.[A-Za-z0-9]{1,8})$", views.moved, name="moved"),
    re_path(r"^((?:[\w\-]+/)*)$", views.serve, name="wagtail_serve"),
]
