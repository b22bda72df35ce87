from django.urls import path

from madoguchi.accounts.views import alerts, audit, desk, home, passwords, proof, several, sign_in, staff

urlpatterns = [
    path("", home.staff_home, name="staff_home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/reset/", passwords.password_reset, name="password_reset"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("password/", passwords.password_change, name="password_change"),
    path("staff/", staff.staff_list, name="staff_list"),
    path("staff/new/", staff.staff_add, name="staff_add"),
    path("staff/several/", several.staff_several, name="staff_several"),
    path("staff/<uuid:staff_id>/", staff.staff_edit, name="staff_edit"),
    path("staff/<uuid:staff_id>/reset-code/", staff.reset_code, name="reset_code"),
    path("lists/views/", desk.view_save, name="view_save"),
    path("lists/views/<uuid:view_id>/", desk.view_edit, name="view_edit"),
    path("lists/views/<uuid:view_id>/delete/", desk.view_delete, name="view_delete"),
    path("lists/columns/", desk.columns_save, name="columns_save"),
    path("undo/<str:token>/", desk.undo, name="undo"),
    path("shortcuts/", desk.shortcuts, name="shortcuts"),
    path("audit/", audit.audit_list, name="audit_list"),
    path("audit/alerts/", alerts.alert_list, name="audit_alerts"),
    path("audit/alerts/<uuid:alert_id>/", alerts.alert, name="audit_alert"),
    path("audit/proof/", proof.proof, name="audit_proof"),
    path("audit/proof/file/", proof.proof_file, name="audit_proof_file"),
    path("audit/proof/verifier/", proof.verifier, name="audit_verifier"),
]
