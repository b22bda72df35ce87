"""Pages of what comes in, mounted at cards/ on the staff hosts."""

from django.urls import URLPattern, path

from plugins.card_management.views import intake_parts, intake_profiles, intake_qr

urlpatterns: list[URLPattern] = [
    path("intake/qr/", intake_qr.read, name="intake_qr"),
    path("intake/qr/picture/", intake_qr.picture, name="intake_picture"),
    path("intake/qr/profiles/", intake_profiles.profiles, name="intake_qr_profiles"),
    path("intake/qr/profiles/sample/", intake_parts.begin, name="intake_qr_parts_new"),
    path("intake/qr/profiles/<uuid:qr_profile_id>/sample/", intake_parts.change, name="intake_qr_parts"),
    path("intake/qr/profiles/<uuid:qr_profile_id>/", intake_profiles.profile, name="intake_qr_profile"),
    path("intake/addresses/", intake_profiles.choices, name="intake_choices"),
    path("intake/addresses/<uuid:choice_id>/", intake_profiles.decide, name="intake_decide"),
]
