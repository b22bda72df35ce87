"""The doors by which residents come in from a city's home page."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import MenuEntry

RESIDENT_DOORS = (
    MenuEntry(
        label=_("マイナンバーカードの受け取りを予約する"),
        url_name="booking:identify",
        description=_("交付通知書（はがき）が届いた方は、こちらから来庁の日時を予約できます。"),
        icon="card",
        order=10,
    ),
    MenuEntry(
        label=_("届いた手紙から、手続きをさがす"),
        url_name="booking:letters",
        description=_("どの手続きかわからない方は、手紙の見た目から選べます。"),
        icon="mail",
        order=15,
    ),
)
