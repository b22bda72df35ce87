"""The resident's way, mounted at booking/ on every resident host."""

from django.urls import path

from plugins.card_reservation.views import (
    begin,
    choose,
    confirm,
    finding,
    guarding,
    identify,
    manage,
    start,
    wall,
)

app_name = "booking"

urlpatterns = [
    path("", identify.identify, name="identify"),
    path("mail/", identify.mail, name="mail"),
    path("sent/", identify.sent, name="sent"),
    path("phone/", identify.by_phone, name="by_phone"),
    path("begin/", begin.begin, name="begin"),
    path("find/", finding.find, name="find"),
    path("confirm/", guarding.confirm_address, name="confirm_address"),
    path("confirm/sent/", guarding.address_sent, name="address_sent"),
    path("confirm/<str:token>/", guarding.use_pass, name="use_pass"),
    path("start/<str:token>/", start.start, name="start"),
    path("wall/<str:token>/", wall.wall, name="wall"),
    path("place/", choose.place, name="place"),
    path("family/", identify.family, name="family"),
    path("time/", choose.time, name="time"),
    path("cautions/", choose.cautions, name="cautions"),
    path("check/", confirm.check, name="check"),
    path("done/<str:signed>/", confirm.done, name="done"),
    path("done/<str:signed>/calendar.ics", confirm.done_invitation, name="done_invitation"),
    path("manage/<str:token>/", manage.manage, name="manage"),
    path("manage/<str:token>/agree/", manage.agree, name="agree"),
    path("manage/<str:token>/move/", manage.move, name="move"),
    path("manage/<str:token>/cancel/", manage.cancel, name="cancel"),
    path("manage/<str:token>/calendar.ics", manage.calendar_file, name="calendar_file"),
]
