"""When places are open: the week, the holidays and the extra openings of a profile."""

from datetime import UTC, date, datetime, time
from uuid import uuid4

import pytest

from madoguchi.places import queries, services
from madoguchi.places.models import CalendarDay, Place
from madoguchi.places.opening import Period
from madoguchi.places.profile import ProfileWrong
from madoguchi.places.queries import PlaceNotFound, PlaceView

pytestmark = pytest.mark.django_db

PROFILE = {
    "places": [
        {
            "code": "east",
            "name": "東支所",
            "name_en": "East Branch",
            "hours": [
                {"weekdays": [0, 1, 2, 3, 4], "opens": "09:00", "closes": "17:00"},
                {
                    "weekdays": [5],
                    "opens": "09:00",
                    "closes": "16:00",
                    "lunch_from": "12:00",
                    "lunch_to": "13:00",
                },
            ],
        },
        {"code": "west", "name": "西支所", "public": False},
    ],
    "closed_days": [{"day": date(2026, 12, 8), "name": "庁舎点検"}],
    "extra_openings": [
        {"place": "east", "week": 2, "weekday": 6, "opens": "10:00", "closes": "12:00"},
        {"place": "east", "day": date(2026, 11, 23), "opens": "09:00", "closes": "12:00"},
    ],
}


@pytest.fixture
def east() -> PlaceView:
    Place.objects.update(is_public=False)
    CalendarDay.objects.all().delete()
    services.set_up(profile=PROFILE, now=datetime(2026, 11, 20, 1, 0, tzinfo=UTC))
    return next(place for place in queries.all_places() if place.code == "east")


def hours_on(place: PlaceView, day: date) -> tuple[Period, ...]:
    return queries.opening_hours(place_id=place.id, first=day, last=day).get(day, ())


def test_the_week_opens_a_place_and_lunch_cuts_its_day(east: PlaceView) -> None:
    assert hours_on(east, date(2026, 12, 7)) == (Period(time(9), time(17)),)
    saturday = (Period(time(9), time(12)), Period(time(13), time(16)))
    assert hours_on(east, date(2026, 12, 5)) == saturday
    assert hours_on(east, date(2026, 12, 6)) == ()


def test_holidays_new_year_and_the_city_s_own_days_close_every_place(east: PlaceView) -> None:
    for closed in (
        date(2026, 12, 8),
        date(2026, 12, 29),
        date(2027, 1, 1),
        date(2027, 1, 11),
        date(2028, 1, 3),
    ):
        assert hours_on(east, closed) == ()


def test_an_extra_opening_comes_before_sundays_and_holidays(east: PlaceView) -> None:
    assert hours_on(east, date(2026, 12, 13)) == (Period(time(10), time(12)),)
    assert hours_on(east, date(2026, 12, 20)) == ()
    assert hours_on(east, date(2026, 11, 23)) == (Period(time(9), time(12)),)


def test_opening_days_leave_the_closed_ones_out(east: PlaceView) -> None:
    days = queries.opening_days(place_id=east.id, first=date(2026, 12, 6), last=date(2026, 12, 13))
    assert days == tuple(date(2026, 12, day) for day in (7, 9, 10, 11, 12, 13))


def test_residents_see_the_public_places_in_their_language(east: PlaceView) -> None:
    assert [place.code for place in queries.public_places()] == ["east"]
    assert [east.label(language) for language in ("ja", "en", "ja-easy", "ko")] == [
        "東支所",
        "East Branch",
        "東支所",
        "East Branch",
    ]


def test_a_place_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(PlaceNotFound):
        queries.place(uuid4())


def test_a_profile_with_hours_no_clock_shows_is_refused() -> None:
    wrong = {
        "places": [
            {"code": "x", "name": "x", "hours": [{"weekdays": [0], "opens": "9時", "closes": "17:00"}]}
        ]
    }
    CalendarDay.objects.all().delete()
    with pytest.raises(ProfileWrong):
        services.set_up(profile=wrong, now=datetime(2026, 11, 20, tzinfo=UTC))
