from django.urls import path

from madoguchi.preferences.views import settings_list, settings_page, settings_restore

urlpatterns = [
    path("", settings_list, name="settings_list"),
    path("<str:plugin>/", settings_page, name="settings_page"),
    path("<str:plugin>/changes/<int:change_id>/", settings_restore, name="settings_restore"),
]
