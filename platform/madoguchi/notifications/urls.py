from django.urls import path

from madoguchi.notifications.views import allowed, deliveries, mailings, senders, templates

urlpatterns = [
    path("templates/", templates.message_templates, name="message_templates"),
    path("templates/<str:kind>/<str:language>/", templates.message_template, name="message_template"),
    path(
        "templates/<str:kind>/<str:language>/revert/",
        templates.message_template_revert,
        name="message_template_revert",
    ),
    path(
        "templates/<str:kind>/<str:language>/test/",
        templates.message_template_test,
        name="message_template_test",
    ),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<uuid:delivery_id>/", deliveries.delivery, name="delivery"),
    path("deliveries/<uuid:delivery_id>/resend/", deliveries.resend, name="delivery_resend"),
    path("deliveries/<uuid:delivery_id>/handled/", deliveries.deal_with, name="delivery_handle"),
    path("suppressed/", deliveries.suppressed, name="suppressions"),
    path("suppressed/<uuid:suppression_id>/", deliveries.suppression, name="suppression"),
    path("suppressed/<uuid:suppression_id>/lift/", deliveries.lift, name="suppression_lift"),
    path("mailings/", mailings.index, name="mailings"),
    path("mailings/new/", mailings.choose, name="mailing_choose"),
    path("mailings/new/<str:audience>/", mailings.new, name="mailing_new"),
    path("mailings/<uuid:mailing_id>/", mailings.show, name="mailing"),
    path("mailings/<uuid:mailing_id>/edit/", mailings.edit, name="mailing_edit"),
    path("mailings/<uuid:mailing_id>/confirm/", mailings.confirm, name="mailing_confirm"),
    path("mailings/<uuid:mailing_id>/test/", mailings.test, name="mailing_test"),
    path("mailings/<uuid:mailing_id>/<str:act>/", mailings.act, name="mailing_act"),
    path("sender/", senders.sender, name="mail_sender"),
    path("sender/check/", senders.check, name="mail_sender_check"),
    path("sender/use/", senders.use, name="mail_sender_use"),
    path("sender/give-up/", senders.give_up, name="mail_sender_give_up"),
    path("trial/", allowed.allowed_addresses, name="allowed_addresses"),
    path("trial/<uuid:address_id>/remove/", allowed.remove_address, name="remove_allowed_address"),
    path("trial/release/", allowed.release_held, name="release_held"),
]
