"""How a resident ends the mailings of a city: by the link below each of them, without signing in."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from madoguchi.notifications import suppressions
from madoguchi.notifications.masking import masked
from madoguchi.residents import queries as residents
from madoguchi.tenancy import current_city
from madoguchi.web import signing

PURPOSE = "notifications.stop"
STOP = "stop"
# A mail is found again in a box for years.
WORKS_FOR = timedelta(days=3 * 366)
SAMPLE = "https://example.jp/mail/stop/…/"
FOOTERS = {
    "ja": "──────────\nこのお知らせがいらない方は、次のページで停止できます。\n{stop}\n",
    "en": "----------\nTo stop getting announcements like this one, open this page:\n{stop}\n",
    "ja-easy": (
        "──────────\nこの お知《し》らせが いらない ときは、\n"
        "下《した》の ページを 見《み》てください。\n{stop}\n"
    ),
}


def address(*, contact_id: UUID, language: str, now: datetime) -> str:
    """Write the address of the page on which a contact ends the mailings."""
    token = signing.sign(str(contact_id), purpose=PURPOSE, now=now)
    prefix = "" if language == "ja" else f"{language}/"
    return f"{current_city().resident_url}/{prefix}mail/stop/{token}/"


def contact_of(*, token: str, now: datetime) -> UUID:
    """Read whose page this is.

    Raises BadToken.
    """
    return UUID(str(signing.read(token, purpose=PURPOSE, max_age=WORKS_FOR, now=now)))


def is_stopped(*, contact_id: UUID) -> bool:
    """Tell whether an address gets no mailings because its owner said so."""
    return suppressions.Reason.OPTED_OUT in suppressions.reasons_of(contact_id=contact_id)


def stop(*, contact_id: UUID, now: datetime) -> None:
    """End the mailings to an address; a second time, or for somebody erased, changes nothing."""
    with suppress(residents.ContactNotFound):
        shown = masked(residents.address_of(contact_id).email)
        suppressions.opt_out(contact_id=contact_id, masked_address=shown, now=now)


def begin_again(*, contact_id: UUID, now: datetime) -> None:
    """Send mailings to an address again, as its owner asked."""
    suppressions.opt_in(contact_id=contact_id, now=now)
