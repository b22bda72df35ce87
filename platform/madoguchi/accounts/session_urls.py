"""The addresses of sessions: how long they last, who is signed in, and the visits of our operators."""

from django.urls import path

from madoguchi.accounts.views import sessions, sign_ins, visits

urlpatterns = [
    path("session/", sessions.session_state, name="session_state"),
    path("session/stay/", sessions.session_stay, name="session_stay"),
    path("session/keep/", sessions.session_keep, name="session_keep"),
    path("switch/", sessions.switch_person, name="switch_person"),
    path("my-sessions/", sessions.own_sign_ins, name="own_sessions"),
    path("my-sessions/end/", sessions.own_sessions_end, name="own_sessions_end"),
    path("shared-desk/", sessions.shared_desk, name="shared_desk"),
    path("sessions/", sign_ins.session_list, name="session_list"),
    path("sessions/history/", sign_ins.sign_in_list, name="sign_in_list"),
    path("sessions/<uuid:staff_id>/", sign_ins.person_sessions, name="person_sessions"),
    path("sessions/<uuid:staff_id>/end/", sign_ins.person_sessions_end, name="person_sessions_end"),
    path("sessions/<uuid:staff_id>/block/", sign_ins.person_block, name="person_block"),
    path("operator-visits/", visits.visit_list, name="visit_list"),
    path("operator-visits/leave/", visits.visit_leave, name="visit_leave"),
    path("operator-visits/enter/<str:token>/", visits.visit_enter, name="visit_enter"),
    path("operator-visits/<uuid:visit_id>/", visits.visit_decide, name="visit_decide"),
]
