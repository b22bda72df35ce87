from django.urls import path

from madoguchi.approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:approval_id>/", views.show, name="show"),
    path("<uuid:approval_id>/withdraw/", views.withdraw, name="withdraw"),
]
