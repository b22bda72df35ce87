"""The pages on which a city sets up its schedule, below reservations/ on every staff host."""

from django.urls import path

from plugins.card_reservation.views import offering, patterns, scheduling

urlpatterns = [
    path("rules/", scheduling.rules, name="rules"),
    path("rules/open/", scheduling.open_rules, name="rules_open"),
    path("rules/<uuid:rules_id>/", scheduling.edit, name="rule"),
    path("rules/counters/<uuid:place_id>/", scheduling.counter_hours, name="counters"),
    path("services/", offering.index, name="services"),
    path("services/add/", offering.add, name="service_add"),
    path("services/<uuid:service_id>/", offering.edit, name="service"),
    path("services/<uuid:service_id>/terms/", offering.terms, name="service_terms"),
    path("patterns/", patterns.index, name="patterns"),
    path("patterns/add/", patterns.add, name="pattern_add"),
    path("patterns/<uuid:pattern_id>/", patterns.edit, name="pattern"),
    path("patterns/<uuid:pattern_id>/apply/", patterns.apply, name="pattern_apply"),
    path("patterns/<uuid:pattern_id>/delete/", patterns.delete, name="pattern_delete"),
    path("patterns/uses/<uuid:use_id>/remove/", patterns.take_off, name="pattern_take_off"),
    path("stops/", scheduling.stop_list, name="stops"),
    path("stops/<uuid:stop_id>/remove/", scheduling.remove_stop, name="stop_remove"),
    path("year/", scheduling.year, name="year"),
]
