"""Pages of the list of cards and of one person."""

from django.urls import path

from plugins.card_management.views import ledger_print, notes, pages, person, scan

urlpatterns = [
    path("", pages.index, name="index"),
    path("scan/", scan.scan, name="scan"),
    path("ledger/", ledger_print.ask, name="ledger_print"),
    path("ledger/pdf/", ledger_print.pdf, name="ledger_pdf"),
    path("notes/read/", notes.read_first, name="read_first"),
    path("notes/<uuid:note_id>/", notes.edit, name="note_edit"),
    path("notes/<uuid:note_id>/remove/", notes.remove, name="note_remove"),
    path("<uuid:card_id>/", person.show, name="show"),
    path("<uuid:card_id>/move/", pages.move, name="move"),
    path("<uuid:card_id>/facts/", pages.change_facts, name="facts"),
    path("<uuid:card_id>/notes/", notes.new, name="note_new"),
]
