from django.urls import path

from madoguchi.accounts.views import audit, home, passwords, sign_in, staff

urlpatterns = [
    path("", home.staff_home, name="staff_home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/reset/", passwords.password_reset, name="password_reset"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("password/", passwords.password_change, name="password_change"),
    path("staff/", staff.staff_list, name="staff_list"),
    path("staff/new/", staff.staff_add, name="staff_add"),
    path("staff/<uuid:staff_id>/", staff.staff_edit, name="staff_edit"),
    path("staff/<uuid:staff_id>/reset-code/", staff.reset_code, name="reset_code"),
    path("audit/", audit.audit_list, name="audit_list"),
]
