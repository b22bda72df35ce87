"""Pages of the register, postal codes and renewals, mounted at cards/ on the staff hosts."""

from django.urls import path

from plugins.card_management.views import register, register_files, register_postal, renewals

urlpatterns = [
    path("register/", register.index, name="register"),
    path("register/residents/", register.residents, name="register_residents"),
    path("register/flags/", register.flags, name="register_flags"),
    path("register/flags/<uuid:card_id>/", register.flag, name="register_flag"),
    path("register/flags/<uuid:card_id>/clear/", register.clear, name="register_flag_clear"),
    path("register/holders/", register.unmatched, name="register_holders"),
    path("register/holders/<uuid:card_id>/", register.holder, name="register_holder"),
    path("register/sources/add/", register_files.add, name="register_source_add"),
    path("register/sources/<uuid:source_id>/", register_files.source, name="register_source"),
    path("register/sources/<uuid:source_id>/edit/", register_files.edit, name="register_source_edit"),
    path("register/sources/<uuid:source_id>/test/", register_files.test, name="register_source_test"),
    path("register/sources/<uuid:source_id>/look/", register_files.look, name="register_source_look"),
    path("register/sources/<uuid:source_id>/trust/", register_files.trust, name="register_source_trust"),
    path("register/sources/<uuid:source_id>/remove/", register_files.remove, name="register_source_remove"),
    path("register/files/", register_files.files, name="register_files"),
    path("register/files/<uuid:pickup_id>/", register_files.file, name="register_file"),
    path("register/postcodes/", register_postal.questions, name="register_postcodes"),
    path("register/postcodes/find/", register_postal.find, name="register_postcodes_find"),
    path("register/postcodes/places/", register_postal.places, name="register_places"),
    path("register/postcodes/<uuid:card_id>/", register_postal.choose, name="register_postcode"),
    path("register/renewals/", renewals.index, name="register_renewals"),
    path("register/renewals/exceptions/", renewals.exceptions, name="register_renewals_exceptions"),
    path("register/renewals/issued/", renewals.issued, name="register_renewals_issued"),
    path("register/renewals/match/", renewals.match, name="register_renewals_match"),
    path("register/renewals/<uuid:target_id>/", renewals.target, name="register_renewal"),
]
