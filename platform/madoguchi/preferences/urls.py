from django.urls import path

from madoguchi.preferences.views import settings_list, settings_page

urlpatterns = [
    path("", settings_list, name="settings_list"),
    path("<str:plugin>/", settings_page, name="settings_page"),
]
