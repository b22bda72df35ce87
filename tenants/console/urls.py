"""The addresses of the operators' console."""

from django.urls import path

from tenants.console.views import city, fleet, outages, requests, runs, visits
from tenants.keys import views as keys
from tenants.offboarding import views as offboarding
from tenants.registers import views as registers

urlpatterns = [
    path("", fleet.fleet_list, name="staff_home"),
    path("cities.csv", fleet.fleet_csv, name="fleet_csv"),
    path("cities/<str:code>/", city.city_page, name="city_page"),
    path("cities/<str:code>/counts/", city.city_counts, name="city_counts"),
    path("cities/<str:code>/contract/", city.city_contract, name="city_contract"),
    path("cities/<str:code>/state/<slug:to>/", city.city_state, name="city_state"),
    path("cities/<str:code>/plugins/<slug:plugin>/<slug:to>/", city.city_switch, name="city_switch"),
    path("cities/<str:code>/visits/", visits.city_visits, name="city_visits"),
    path("cities/<str:code>/visits/<uuid:visit_id>/<slug:act>/", visits.city_visit, name="city_visit"),
    path("cities/<str:code>/end/", offboarding.city_end, name="city_end"),
    path("erased/", offboarding.certificates, name="certificates"),
    path("erased/<uuid:erasure_id>/", offboarding.certificate, name="certificate"),
    path("outages/", outages.outage_list, name="outage_list"),
    path("outages/new/", outages.outage_new, name="outage_new"),
    path("outages/<uuid:outage_id>/", outages.outage_page, name="outage_page"),
    path("outages/<uuid:outage_id>/change/", outages.outage_change, name="outage_change"),
    path("outages/<uuid:outage_id>/cancel/", outages.outage_cancel, name="outage_cancel"),
    path("outages/<uuid:outage_id>/reopen/", outages.outage_reopen, name="outage_reopen"),
    path("outages/<uuid:outage_id>/pass/", outages.outage_pass, name="outage_pass"),
    path("keys/", keys.key_list, name="key_list"),
    path("keys/<str:code>/renew/", keys.key_renew, name="key_renew"),
    path("registers/", registers.register_list, name="register_list"),
    path("registers/check/", registers.register_check, name="register_check"),
    path("registers/new/<slug:kind>/", registers.register_new, name="register_new"),
    path("registers/<uuid:entry_id>/", registers.register_entry, name="register_entry"),
    path("migrations/", runs.fleet_runs, name="fleet_runs"),
    path("migrations/<uuid:run_id>/", runs.fleet_run, name="fleet_run"),
    path("requests/", requests.request_list, name="request_list"),
    path("requests/new/", requests.request_new, name="request_new"),
    path("requests/<uuid:request_id>/", requests.request_page, name="request_page"),
    path("requests/<uuid:request_id>/send/", requests.request_send, name="request_send"),
    path("requests/<uuid:request_id>/approve/", requests.request_approve, name="request_approve"),
    path("requests/<uuid:request_id>/drop/", requests.request_drop, name="request_drop"),
    path("requests/<uuid:request_id>/code/", requests.request_code, name="request_code"),
    path("requests/<uuid:request_id>/code/again/", requests.request_code_again, name="request_code_again"),
    path("requests/<uuid:request_id>/<slug:step>/", requests.request_step, name="request_step"),
]
