"""Which extension point is of which kind; specs.py says what the kinds mean."""

DECLARE = (
    "urls",
    "permissions",
    "message_kinds",
    "event_handlers",
    "settings_schema",
    "schedules",
    "import_formats",
    "cms_widgets",
    "audit_phrases",
    "countables",
    "trial_data",
    "personal_tables",
    "sealed_files",
    "undoables",
    "bulk_actions",
    "audiences",
    "maskable_columns",
    "approval_kinds",
    "data_classes",
    "sub_processors",
)
CONTRIBUTE = (
    "staff_navigation",
    "resident_menu",
    "site_links",
    "dashboard_cards",
    "staff_tasks",
    "page_banners",
)
DUTY = (
    "health_checks",
    "go_live_checks",
    "opening_effects",
    "contacts_in_use",
    "records_called",
    "export_personal_data",
    "erase_personal_data",
)
ASK = (
    "find_pickup",
    "describe_pickups",
    "locate_pickups",
    "search_pickups",
    "bookings_of",
    "settle_visit",
    "pickups_of_caller",
    "contacts_of_pickups",
    "read_before_serving",
    "booked_services",
    "ask_second_person",
    "legal_documents",
    "work_places",
    "transport_days",
)
LIFE = ("city_created", "switched_on", "opening_changed")
