"""Mails that came back: read, bound to their delivery by the signed address, and written down."""

import logging
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from enum import StrEnum

from flufl.bounce import all_failures

from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.notifications import reasons, return_paths, suppressions
from madoguchi.notifications.masking import without_address
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.notifications.return_paths import ReturnPath
from madoguchi.notifications.sending import settle
from madoguchi.standing import standing
from madoguchi.tenancy import CityNotFound, find_city, in_city

logger = logging.getLogger(__name__)
UNEXPLAINED = "550 5.0.0"


class Verdict(StrEnum):
    """What a mail that came in says about one of ours."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    LATER = "later"
    NOTHING = "nothing"


def take_in(*, raw: bytes, recipient: str, now: datetime) -> Verdict:
    """Read a mail that came back and note what it says; what is none of ours changes nothing."""
    message = message_from_bytes(raw)
    verdict = judge(message)
    path = return_paths.read(recipient) or _path_inside(message)
    if path is None or verdict in (Verdict.NOTHING, Verdict.LATER):
        return verdict if path else Verdict.NOTHING
    try:
        city = find_city(code=path.city_code)
    except CityNotFound:
        return Verdict.NOTHING
    if not standing(city.state).works:
        return Verdict.NOTHING
    with in_city(city):
        return _note(path, verdict, explanation(message), now)


def judge(message: Message) -> Verdict:
    """Tell what a mail says: failed for good, failed for now, reported as spam, or nothing of the kind."""
    if message.get_content_type() == "multipart/report" and message.get_param("report-type") == (
        "feedback-report"
    ):
        return Verdict.COMPLAINED if _is_abuse(message) else Verdict.NOTHING
    for_now, for_good = all_failures(message)
    if for_good:
        return Verdict.BOUNCED
    return Verdict.LATER if for_now else Verdict.NOTHING


def explanation(message: Message) -> str:
    """Write what the other server said as it would have answered at once: a code, then words."""
    for block in _blocks(message, "message/delivery-status"):
        said = " ".join(str(block.get("Diagnostic-Code", "")).partition(";")[2].split())
        status = str(block.get("Status", "")).strip()
        if said[:3].isdigit() or status:
            return said if said[:3].isdigit() else f"{status[:1] or 5}50 {status} {said}".strip()
    return UNEXPLAINED


def _note(path: ReturnPath, verdict: Verdict, error: str, now: datetime) -> Verdict:
    if not path.is_ours():
        logger.warning("a mail came back to an address that this city never wrote")
        return Verdict.NOTHING
    delivery = Delivery.objects.select_for_update().filter(id=path.delivery_id).first()
    if delivery is None or delivery.state not in (DeliveryState.SENT, DeliveryState.BOUNCED):
        return Verdict.NOTHING
    error = without_address(error) if verdict == Verdict.BOUNCED else ""
    if verdict == Verdict.BOUNCED:
        settle(delivery=delivery, state=DeliveryState.BOUNCED, error=error, now=now)
    if verdict == Verdict.COMPLAINED or reasons.is_lasting(error):
        reason = suppressions.Reason(verdict.value)
        cause = suppressions.Cause(reason, delivery.masked_address, error, delivery.id)
        suppressions.suppress(contact_id=delivery.contact_id, cause=cause, actor=SYSTEM, now=now)
    audit.record(
        actor=SYSTEM,
        action="notifications.came_back",
        object_type="notifications.delivery",
        object_ids=[str(delivery.id)],
        details={"verdict": verdict.value},
        now=now,
    )
    return verdict


def _is_abuse(message: Message) -> bool:
    kinds = [str(block.get("Feedback-Type", "")) for block in _blocks(message, "message/feedback-report")]
    return any(kind.strip().lower() == "abuse" for kind in kinds)


def _blocks(message: Message, content_type: str) -> Iterator[Message]:
    """List the groups of headers in a machine's part of a report."""
    for part in message.walk():
        if part.get_content_type() == content_type:
            payload = part.get_payload()
            # Unknown kinds of message/* are parsed as one mail, known ones as a list of groups.
            yield from (block for block in payload if isinstance(block, Message))


def _path_inside(message: Message) -> ReturnPath | None:
    """Find the return address of ours in a report that was sent to somebody else."""
    for part in message.walk():
        for header in ("Return-Path", "Original-Mail-From"):
            for value in part.get_all(header, ()):
                if path := return_paths.read(str(value)):
                    return path
    return None
