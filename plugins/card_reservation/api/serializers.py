"""What programs send and are sent about bookings and free times."""

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from madoguchi.web.api.paging import PageSerializer
from madoguchi.web.dates import READABLE_YEARS
from plugins.card_reservation.forms.resident import plain
from plugins.card_reservation.forms.staff import REASONS, dialled
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.rules.availability import State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Form = serializers.Serializer[Any]
NUMBER: Final = r"^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}\Z"
NUMBER_WRONG: Final[dict[str, "str | _StrPromise"]] = {
    "invalid": _("予約番号の8けたを送ってください。例：4827-3916")
}
SERVICE: Final = r"^[-0-9A-Za-z_]{1,40}\Z"
BIRTHDAY_WRONG: Final[dict[str, "str | _StrPromise"]] = {
    "invalid": _("MMDDの4けたか、YYYY-MM-DDで送ってください。")
}


class ReadableDay(serializers.DateField):
    """A day that has neighbours in the calendar."""

    default_error_messages = {"year": _("2000年から2099年までの日付で送ってください。")}

    def to_internal_value(self, value: Any) -> Any:
        """Read a day of a year that somebody could mean."""
        found = super().to_internal_value(value)
        if found.year not in READABLE_YEARS:
            self.fail("year")
        return found


class ServiceCode(serializers.RegexField):
    """The code of a service; without one the pick-up is meant."""

    default_error_messages = {"invalid": _("手続きの一覧にあるコードを送ってください。例：pickup")}

    def __init__(self, **given: Any) -> None:
        usual = {"required": False, "default": "", "allow_blank": True}
        help_text = "The code of a service, as the list of services names it; the pick-up without one."
        super().__init__(SERVICE, **{**usual, "help_text": help_text, **given})


class DayQuery(PageSerializer):
    """The bookings of one day."""

    day = ReadableDay()
    place = serializers.UUIDField(required=False, default=None, allow_null=True)


class SlotQuery(Form):
    """The free times of one day at one place."""

    place = serializers.UUIDField()
    day = ReadableDay()
    party_size = serializers.IntegerField(min_value=1, max_value=5, default=1, required=False)
    service = ServiceCode()


class ServiceSerializer(Form):
    """What people come for, and whether they are known by a notice."""

    code = serializers.CharField(help_text="What every other address takes as service.")
    name = serializers.CharField()
    duration_minutes = serializers.IntegerField()
    asks_for_notice = serializers.BooleanField(
        help_text="False: book at bookings/without-notice/, by how many come."
    )
    what_to_bring = serializers.ListField(child=serializers.CharField())


class ServiceListSerializer(Form):
    """What people come for, in the order of the city."""

    results = ServiceSerializer(many=True)


class SlotSerializer(Form):
    """One time and how many people still fit."""

    id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=[state.value for state in State])
    booked = serializers.IntegerField()
    capacity = serializers.IntegerField()


class SlotListSerializer(Form):
    """The free times of a day."""

    results = SlotSerializer(many=True)


class PersonSerializer(Form):
    """Who comes; empty texts where the token may not read them or the city keeps no names."""

    reference = serializers.CharField()
    name = serializers.CharField()
    kana = serializers.CharField()


class BookingSerializer(Form):
    """One booking."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    service = serializers.CharField(help_text="The code of the service.")
    place = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    party_size = serializers.IntegerField()
    channel = serializers.ChoiceField(choices=["web", "phone"])
    status = serializers.ChoiceField(choices=["active", "cancelled", "done"])
    visit = serializers.ChoiceField(choices=["", "arrived", "absent"])
    people = PersonSerializer(many=True)


class BookingListSerializer(Form):
    """One page of the bookings of a day."""

    results = BookingSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="cursor of the next page")


class PersonKeySerializer(Form):
    """Who somebody is: the number of the notice and the birthday."""

    reference = serializers.CharField(max_length=40)
    birthday = serializers.RegexField(
        r"^([0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})\Z",
        help_text="MMDD, or YYYY-MM-DD where the city asks for the year",
        error_messages=BIRTHDAY_WRONG,
    )


class InSpiteSerializer(Form):
    """Why somebody is to come although a card cannot be there by the day."""

    in_spite = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        default="",
        help_text="Needed after card_not_there alone; kept in the audit. Where no names are kept, one of the"
        " reasons that the refusal lists.",
    )

    def validate_in_spite(self, value: str) -> str:
        """Read a reason; where no names are kept, nobody can write one into it."""
        reason = plain(value)
        listed = [str(each) for each in REASONS]
        if reason and not kept().keeps_names and reason not in listed:
            told = _("次のどれかを送ってください：%(reasons)s") % {"reasons": "／".join(listed)}
            raise serializers.ValidationError(told)
        return reason


class NewBookingSerializer(InSpiteSerializer, PersonKeySerializer):
    """What a caller said: the number and birthday of the notice, and the time that was chosen."""

    slot = serializers.UUIDField()
    email = serializers.EmailField(required=False, allow_blank=True, default="")
    family = serializers.ListField(child=PersonKeySerializer(), required=False, default=list, max_length=4)
    service = ServiceCode()


class CallerSerializer(Form):
    """What a caller without a notice said: how many come, and whom to call back where names are kept."""

    slot = serializers.UUIDField()
    party_size = serializers.IntegerField(min_value=1, max_value=5, default=1, required=False)
    name = serializers.CharField(
        max_length=60, required=False, allow_blank=True, default="", help_text="Needed where names are kept."
    )
    phone = serializers.CharField(
        max_length=20, required=False, allow_blank=True, default="", help_text="Needed where names are kept."
    )
    email = serializers.EmailField(required=False, allow_blank=True, default="")
    service = ServiceCode()

    def validate_name(self, value: str) -> str:
        """Read a name, without signs that nobody sees."""
        return plain(value)

    def validate_phone(self, value: str) -> str:
        """Read a number that somebody can dial."""
        return dialled(value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for whom to call back, where the city keeps that."""
        missing = {name: [_("入力してください。")] for name in ("name", "phone") if not attrs[name]}
        if missing and kept().keeps_names:
            raise serializers.ValidationError(missing)
        return attrs


class NumberQuery(Form):
    """The number of a booking, as its slip shows it."""

    number = serializers.RegexField(NUMBER, error_messages=NUMBER_WRONG)


class NewPersonSerializer(InSpiteSerializer, PersonKeySerializer):
    """Who comes along, too; with ``merge`` also somebody who has a booking already, which then ends."""

    merge = serializers.BooleanField(required=False, default=False)
    slot = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="another time at which all of them fit"
    )


class NewTimeSerializer(InSpiteSerializer):
    """The new time of a booking."""

    slot = serializers.UUIDField()


class VisitSerializer(Form):
    """Whether the people came; empty takes the mark back."""

    visit = serializers.ChoiceField(choices=["", "arrived", "absent"])


class ReceiptSerializer(Form):
    """What was booked, moved or cancelled."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    place = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    party_size = serializers.IntegerField()
