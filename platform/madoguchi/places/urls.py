from django.urls import path

from madoguchi.places.views import days, places

app_name = "places"
urlpatterns = [
    path("", places.index, name="index"),
    path("add/", places.add, name="add"),
    path("days/", days.year, name="days"),
    path("days/mark/", days.mark, name="mark"),
    path("days/holidays/", days.holidays, name="holidays"),
    path("days/<uuid:day_id>/remove/", days.remove, name="remove_day"),
    path("<uuid:place_id>/", places.edit, name="edit"),
    path("<uuid:place_id>/hours/", places.week, name="hours"),
    path("<uuid:place_id>/visibility/", places.visibility, name="visibility"),
    path("<uuid:place_id>/move/", places.move, name="move"),
]
