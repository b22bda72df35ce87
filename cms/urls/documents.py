"""Documents that editors have put on a page; the rows and the files are those of the city."""

from django.urls import path
from wagtail.documents.views.serve import serve

from madoguchi.web.access import public

urlpatterns = [
    path(
        "documents/<int:document_id>/<path:document_filename>",
        public("documents on public pages; Wagtail keeps private collections closed")(serve),
        name="wagtaildocs_serve",
    ),
]
