"""The card pages, mounted at cards/ on the staff hosts."""

from plugins.card_management.urls import forms, handover, intake, ledger, register, scans, shelves

app_name = "cards"
urlpatterns = [
    *intake.urlpatterns,
    *register.urlpatterns,
    *shelves.urlpatterns,
    *handover.urlpatterns,
    *forms.urlpatterns,
    *scans.urlpatterns,
    *ledger.urlpatterns,
]
