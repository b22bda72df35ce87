"""The machine API as a Django app: tokens, remembered answers, webhooks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from madoguchi.web.api.wording import word_all_fields

word_all_fields()


class ApiConfig(AppConfig):
    """What programs of a city use instead of pages."""

    name = "madoguchi.web.api"
    label = "api"
    verbose_name = _("システム連携")
