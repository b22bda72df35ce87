"""Pages of filled forms and printed letters, mounted at cards/ on the staff hosts."""

from django.urls import path

from plugins.card_management.views import forms, forms_layouts, forms_letters, forms_out

urlpatterns = [
    path("forms/", forms.index, name="forms_index"),
    path("forms/new/", forms.choose, name="forms_begin"),
    path("forms/new/<slug:form_key>/", forms.fill, name="forms_fill_empty"),
    path("forms/card/<uuid:card_id>/", forms.choose, name="forms_choose"),
    path("forms/card/<uuid:card_id>/<slug:form_key>/", forms.fill, name="forms_fill"),
    path("forms/layouts/", forms_layouts.index, name="forms_layouts"),
    path("forms/layouts/<slug:form_key>/", forms_layouts.edit, name="forms_layout"),
    path("forms/layouts/<slug:form_key>/preview/", forms_layouts.preview, name="forms_layout_preview"),
    path("forms/layouts/<slug:form_key>/sample/", forms_layouts.sample, name="forms_layout_sample"),
    path("forms/layouts/<slug:form_key>/version/", forms_layouts.publish, name="forms_layout_publish"),
    path("forms/layouts/<slug:form_key>/compare/", forms_layouts.compare, name="forms_layout_compare"),
    path("forms/<uuid:form_id>/", forms.show, name="forms_show"),
    path("forms/<uuid:form_id>/correct/", forms.correct, name="forms_correct"),
    path("forms/<uuid:form_id>/compare/", forms.compare, name="forms_compare"),
    path("forms/<uuid:form_id>/paper/", forms_out.paper, name="forms_paper"),
    path("forms/<uuid:form_id>/file/", forms_out.give_out, name="forms_file"),
    path("forms/<uuid:form_id>/sign/", forms_out.sign, name="forms_sign"),
    path("forms/<uuid:form_id>/signature/", forms_out.signature, name="forms_signature"),
    path("letters/", forms_letters.index, name="letters_index"),
    path("letters/new/", forms_letters.new, name="letters_new"),
    path("letters/card/<uuid:card_id>/", forms_letters.one, name="letters_one"),
    path("letters/<uuid:letters_id>/", forms_letters.show, name="letters_show"),
    path("letters/<uuid:letters_id>/paper/", forms_letters.paper, name="letters_paper"),
    path("letters/<uuid:letters_id>/undo/", forms_letters.undo, name="letters_undo"),
]
