"""Pages of where cards lie, mounted at cards/ on the staff hosts."""

from django.urls import path

from plugins.card_management.views import (
    shelves,
    shelves_forwarding,
    shelves_pulling,
    shelves_radar,
    shelves_spots,
    shelves_stocktakes,
)

urlpatterns = [
    path("shelves/", shelves.index, name="shelves"),
    path("shelves/put/", shelves.put, name="put"),
    path("shelves/unplaced/", shelves.unplaced, name="unplaced"),
    path("shelves/unplaced/assign/", shelves.assign, name="unplaced_assign"),
    path("shelves/spots/", shelves_spots.index, name="spots"),
    path("shelves/spots/make/", shelves_spots.make, name="spots_make"),
    path("shelves/spots/order/", shelves_spots.order, name="spots_order"),
    path("shelves/spots/labels/", shelves_spots.labels, name="spots_labels"),
    path("shelves/spots/<uuid:spot_id>/", shelves_spots.spot, name="spot"),
    path("shelves/rules/", shelves_spots.rules, name="shelf_rules"),
    path("shelves/rules/<uuid:rule_id>/remove/", shelves_spots.rule_remove, name="shelf_rule_remove"),
    path("shelves/stocktakes/", shelves_stocktakes.index, name="stocktakes"),
    path("shelves/stocktakes/<uuid:stocktake_id>/", shelves_stocktakes.stocktake, name="stocktake"),
    path("shelves/stocktakes/<uuid:stocktake_id>/scan/", shelves_stocktakes.scan, name="stocktake_scan"),
    path("shelves/stocktakes/<uuid:stocktake_id>/paper/", shelves_stocktakes.paper, name="stocktake_paper"),
    path("shelves/pull/", shelves_pulling.pull, name="pull"),
    path("shelves/pull/paper/", shelves_pulling.paper, name="pull_paper"),
    path("shelves/forwarding/", shelves_forwarding.forwarding, name="forwarding"),
    path("shelves/parcels/", shelves_forwarding.parcels, name="shelves_parcels"),
    path("shelves/parcels/<uuid:parcel_id>/", shelves_forwarding.parcel, name="parcel"),
    path("shelves/parcels/<uuid:parcel_id>/paper/", shelves_forwarding.paper, name="parcel_paper"),
    path("shelves/tasks/", shelves_radar.tasks, name="shelf_tasks"),
    path("shelves/radar/", shelves_radar.radar, name="radar"),
    path("shelves/disposals/", shelves_radar.index, name="disposals"),
    path("shelves/disposals/ask/", shelves_radar.ask, name="disposal_ask"),
    path("shelves/disposals/<uuid:disposal_id>/", shelves_radar.disposal, name="disposal"),
    path("shelves/disposals/<uuid:disposal_id>/paper/", shelves_radar.paper, name="disposal_paper"),
]
