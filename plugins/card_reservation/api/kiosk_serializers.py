"""What a terminal sends and is sent: words, never counts."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from plugins.card_reservation.api.kiosk_examples import OTHER, PICKUP, SERVICES
from plugins.card_reservation.api.serializers import (
    NUMBER,
    NUMBER_WRONG,
    Form,
    PersonKeySerializer,
    ReadableDay,
    ServiceCode,
)
from plugins.card_reservation.rules.availability import State

LANGUAGES: Final = ("ja", "en", "ja-easy")
MONTH: Final = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])\Z"
STATES: Final = [state.value for state in State]


class LanguageQuery(Form):
    """The language that was chosen on the screen."""

    language = serializers.ChoiceField(choices=LANGUAGES, default="ja", required=False)


class ServiceQuery(LanguageQuery):
    """The language, and the service that was chosen on the screen."""

    service = ServiceCode()


class KioskDayQuery(Form):
    """The times of one day at one place, for one person or for a party that was found."""

    place = serializers.UUIDField()
    day = ReadableDay()
    party = serializers.CharField(max_length=300, default="", required=False)
    service = ServiceCode()


class KioskMonthQuery(Form):
    """The days of one month at one place, for one person or for a party that was found."""

    place = serializers.UUIDField()
    month = serializers.RegexField(
        MONTH,
        help_text="YYYY-MM",
        error_messages={"invalid": _("1900年から2199年までの年と月を、YYYY-MMで送ってください。")},
    )
    party = serializers.CharField(max_length=300, default="", required=False)
    service = ServiceCode()

    def validate_month(self, value: str) -> tuple[int, int]:
        """Read a month that a calendar has."""
        return int(value[:4]), int(value[5:])


class KioskPeopleSerializer(Form):
    """Everybody who comes together."""

    people = serializers.ListField(child=PersonKeySerializer(), min_length=1, max_length=5)
    service = ServiceCode()


class KioskPartySerializer(Form):
    """What stands for a party when its days and times are asked for, for half an hour."""

    party = serializers.CharField()
    party_size = serializers.IntegerField()


class KioskServiceSerializer(Form):
    """What residents come for, whom it is for and what it takes."""

    code = serializers.CharField(help_text="What every other address takes as service.")
    name = serializers.CharField()
    summary = serializers.CharField(help_text="Who may book, in a sentence; empty where the city wrote none.")
    duration_minutes = serializers.IntegerField()
    what_to_bring = serializers.ListField(child=serializers.CharField())
    largest_party = serializers.IntegerField(help_text="How many may come together.")
    is_for_terminals = serializers.BooleanField(
        help_text="False where nobody is known by a notice: such a service is booked with staff or by mail."
    )
    refusal = serializers.CharField(help_text="What to show where it is not for terminals; empty otherwise.")


@extend_schema_serializer(examples=[SERVICES])
class KioskServiceListSerializer(Form):
    """What residents come for, in the order of the city."""

    results = KioskServiceSerializer(many=True)


class KioskPlaceSerializer(Form):
    """A place that residents may choose."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    address = serializers.CharField()
    phone = serializers.CharField()


class KioskPlaceListSerializer(Form):
    """The places that residents may choose."""

    results = KioskPlaceSerializer(many=True)


class KioskDaySerializer(Form):
    """One day in one word."""

    day = serializers.DateField()
    state = serializers.ChoiceField(choices=STATES)


class KioskDayListSerializer(Form):
    """The days of a month."""

    results = KioskDaySerializer(many=True)


class KioskSlotSerializer(Form):
    """One time in one word."""

    id = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=STATES)


class KioskSlotListSerializer(Form):
    """The times of a day."""

    results = KioskSlotSerializer(many=True)


class KioskCautionSerializer(Form):
    """One thing to know; its code is sent back as ticked."""

    code = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()


class KioskDocumentSerializer(Form):
    """A document to agree to; its code is sent back as agreed."""

    code = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()


class KioskTermsSerializer(Form):
    """What somebody reads and ticks before booking."""

    version = serializers.CharField()
    cautions = KioskCautionSerializer(many=True)
    documents = KioskDocumentSerializer(many=True)
    what_to_bring = serializers.ListField(child=serializers.CharField())
    largest_party = serializers.IntegerField()


@extend_schema_serializer(examples=[PICKUP, OTHER])
class KioskBookingSerializer(Form):
    """Who comes together, when, and what they ticked."""

    people = serializers.ListField(child=PersonKeySerializer(), min_length=1, max_length=5)
    service = ServiceCode()
    slot = serializers.UUIDField()
    cautions = serializers.ListField(child=serializers.CharField(max_length=40), max_length=40)
    cautions_version = serializers.CharField(max_length=20)
    agreed = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=20, required=False, default=list
    )
    language = serializers.ChoiceField(choices=LANGUAGES, default="ja", required=False)


class OwnBookingSerializer(PersonKeySerializer):
    """A booking and one of those who come: its number, the notice and the birthday."""

    number = serializers.RegexField(NUMBER, error_messages=NUMBER_WRONG)


class KioskMoveSerializer(OwnBookingSerializer):
    """Another time for one's own booking."""

    slot = serializers.UUIDField()


class KioskJoinSerializer(OwnBookingSerializer):
    """One person more for one's own booking."""

    joins = PersonKeySerializer()
    merge = serializers.BooleanField(required=False, default=False)
    joins_number = serializers.RegexField(
        NUMBER,
        required=False,
        default="",
        allow_blank=True,
        error_messages=NUMBER_WRONG,
        help_text="The number of the booking that ends, where its owner left no address.",
    )


class KioskLeaveSerializer(OwnBookingSerializer):
    """One person less for one's own booking."""

    leaves = PersonKeySerializer()


class KioskVisitSerializer(Form):
    """The number on the slip, typed or scanned."""

    number = serializers.RegexField(NUMBER, error_messages=NUMBER_WRONG)


class OwnViewSerializer(Form):
    """One's own booking."""

    number = serializers.CharField()
    service = serializers.CharField(help_text="The code of the service.")
    place = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    party_size = serializers.IntegerField()
    status = serializers.ChoiceField(choices=["active", "cancelled", "done"])
    is_changeable = serializers.BooleanField()


class TurnSerializer(OwnViewSerializer):
    """One's own booking, and the number that is called."""

    queue_number = serializers.IntegerField()


def written(form: type[Form], content: Any) -> Any:
    """Write an answer in its declared shape, so that nothing slips in beside it."""
    return form(content).data
