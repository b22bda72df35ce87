from django.urls import path, register_converter

from madoguchi.service_level import views


class MonthConverter:
    """A month in an address: 2026-11."""

    regex = r"20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> str:
        """Keep the text; the view reads it."""
        return value

    def to_url(self, value: str) -> str:
        """Write the text."""
        return value


register_converter(MonthConverter, "month")

app_name = "log_reports"
urlpatterns = [
    path("", views.report_list, name="list"),
    path("<month:month>/", views.report_page, name="page"),
    path("<month:month>/csv/", views.report_csv, name="csv"),
    path("<month:month>/pdf/", views.report_pdf, name="pdf"),
    path("<month:month>/print/", views.report_reading, name="reading"),
]
