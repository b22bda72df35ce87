from django.urls import path

from madoguchi.privacy.views import erasures, people, retention

app_name = "privacy"
urlpatterns = [
    path("", retention.index, name="index"),
    path("erasures/", erasures.index, name="erasures"),
    path("holds/<uuid:hold_id>/lift/", retention.lift, name="lift"),
    path("people/", people.index, name="people"),
    path("people/new/", people.new, name="new"),
    path("people/<uuid:case_id>/", people.show, name="person"),
    path("people/<uuid:case_id>/ask/", people.ask, name="ask"),
    path("people/<uuid:case_id>/close/", people.close, name="close"),
    path("people/<uuid:case_id>/print/", people.pdf, name="pdf"),
    path("people/<uuid:case_id>/file/", people.archive, name="file"),
    path("<str:data_class>/", retention.show, name="class"),
    path("<str:data_class>/change/", retention.change, name="change"),
    path("<str:data_class>/hold/", retention.hold, name="hold"),
]
