"""Pages of scanned papers and of figures, mounted at cards/ on the staff hosts."""

from django.urls import path

from plugins.card_management.views import figures, scans, scans_documents, scans_queues

urlpatterns = [
    path("scans/", scans.index, name="scans_index"),
    path("scans/batches/", scans.batches, name="scans_batches"),
    path("scans/batches/<uuid:stack_id>/", scans.batch, name="scans_batch"),
    path("scans/batches/<uuid:stack_id>/blanks/", scans.blanks, name="scans_blanks"),
    path("scans/separators/", scans.separators, name="scans_separators"),
    path("scans/progress/", scans.progress, name="scans_progress"),
    path("scans/work/<slug:turn>/", scans_documents.work, name="scans_work"),
    path("scans/quality/", scans_queues.quality, name="scans_quality"),
    path("scans/numbers/", scans_queues.numbers, name="scans_numbers"),
    path("scans/documents/<uuid:scan_id>/", scans_documents.document, name="scans_document"),
    path("scans/documents/<uuid:scan_id>/type/", scans_documents.type_in, name="scans_type"),
    path("scans/documents/<uuid:scan_id>/change/", scans_documents.change_document, name="scans_change"),
    path("scans/pages/<uuid:sheet_id>/image/", scans_documents.image, name="scans_image"),
    path("scans/pages/<uuid:sheet_id>/change/", scans_documents.change_page, name="scans_page"),
    path("scans/pages/<uuid:sheet_id>/mask/", scans_queues.mask, name="scans_mask"),
    path("figures/", figures.overview, name="figures"),
    path("figures/table/", figures.table, name="figures_table"),
    path("figures/ends/", figures.ends, name="figures_ends"),
    path("figures/ends/count/", figures.count_ends, name="figures_count"),
]
