from django.urls import path

from madoguchi.terminals.views import checks, evidence

app_name = "terminals"
urlpatterns = [
    path("", evidence.index, name="index"),
    path("list/", evidence.listed, name="list"),
    path("list/pdf/", evidence.list_pdf, name="list_pdf"),
    path("begin/", checks.begin, name="begin"),
    path("ping/", checks.ping, name="ping"),
    path("sample/", checks.sample, name="sample"),
    path("<uuid:check_id>/", checks.check, name="check"),
    path("<uuid:check_id>/screen/", checks.screen, name="screen"),
    path("<uuid:check_id>/network/", checks.network, name="network"),
    path("<uuid:check_id>/printer/", checks.printer, name="printer"),
    path("<uuid:check_id>/printer/sheet/", checks.sheet, name="sheet"),
    path("<uuid:check_id>/barcode/", checks.reader, {"kind": "barcode"}, name="barcode"),
    path("<uuid:check_id>/qr/", checks.reader, {"kind": "qr"}, name="qr"),
    path("<uuid:check_id>/close/", checks.close, name="close"),
    path("<uuid:check_id>/paper/", evidence.paper, name="paper"),
    path("<uuid:check_id>/paper/pdf/", evidence.paper_pdf, name="paper_pdf"),
]
