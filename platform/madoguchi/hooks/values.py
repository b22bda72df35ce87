"""What plugins declare and contribute: small frozen values, checked when the process starts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

if TYPE_CHECKING:
    from django.utils.functional import Promise, _StrPromise

    from madoguchi.hooks.contracts.events import Event

Zone = Literal["resident", "staff", "api"]
World = Literal["city", "operators"]


@dataclass(frozen=True, kw_only=True)
class Urls:
    """A module of URL patterns, mounted under a prefix in one zone."""

    zone: Zone
    prefix: str
    module: str


@dataclass(frozen=True, kw_only=True)
class Permission:
    """Something staff may do; the name reads ``plugin.verb_noun``.

    ``roles`` names the built-in roles that start with it. ``function`` is the line of the page of roles on
    which it stands: whoever may ``edit`` something there gets what that line lets them ``view``.
    """

    name: str
    label: "str | _StrPromise"
    roles: tuple[str, ...] = ()
    function: "str | _StrPromise" = ""
    access: Literal["view", "edit"] = "edit"


@dataclass(frozen=True, kw_only=True)
class MaskableColumn:
    """A column of personal data that a role may keep from those who hold it, wholly or in part.

    Whatever shows it takes ``Eyes`` and keeps to them. ``kept`` letters stay where a role shortens it, from
    the end where it is negative; 0 for a column that can only be hidden.
    """

    name: str
    label: "str | _StrPromise"
    kept: int = 1


@dataclass(frozen=True, kw_only=True)
class WorkPlace:
    """A place for which a member of staff can be made responsible."""

    id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class NavigationItem:
    """A line of the staff navigation, shown to those who hold the permission."""

    label: "str | _StrPromise"
    url_name: str
    permission: str
    covers: tuple[str, ...] = ()
    """Names of other addresses whose pages belong to this line, though their path does not say so."""
    also: str = ""
    """A second permission without which the page would not open either."""
    section: "str | _StrPromise"
    order: int = 100
    count: int = 0
    """How much waits there; nothing is shown for 0."""
    shortcut: str = ""
    """The key that opens it after g, or alone after a colon: ``r`` or ``:n``."""


@dataclass(frozen=True, kw_only=True)
class MenuEntry:
    """A door on the resident site."""

    label: "str | _StrPromise"
    url_name: str
    description: "str | _StrPromise" = ""
    icon: str = ""
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class SiteLink:
    """A link that every resident's page carries, at its head or its foot."""

    label: str
    url: str
    part: Literal["header", "footer"]
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Banner:
    """A message above every page for now; ``lang`` names its language where it is not the page's."""

    kind: Literal["emergency", "maintenance", "notice"]
    heading: "str | _StrPromise"
    text: "str | _StrPromise" = ""
    url: str = ""
    url_label: "str | _StrPromise" = ""
    audience: Literal["resident", "staff", "both"] = "resident"
    lang: str = ""
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class DashboardCard:
    """A card on the staff home; the context is computed when the page is shown."""

    template: str
    context: Mapping[str, Any]
    permission: str
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class StaffTask:
    """Something that waits to be done by staff, or a warning about the city, on the staff home."""

    label: "str | _StrPromise"
    url: str
    permission: str
    count: int = 0
    advice: "str | _StrPromise" = ""
    due_on: date | None = None
    is_late: bool = False
    is_warning: bool = False
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """A name that may stand in braces in a message, with a sample for the preview."""

    name: str
    label: "str | _StrPromise"
    sample: str
    is_required: bool = False
    is_personal: bool = False
    """It tells who somebody is: refused where a kind carries no personal data."""


@dataclass(frozen=True, kw_only=True)
class MessageKind:
    """A kind of message to residents; ``subject`` and ``body`` map a language code to the first text."""

    name: str
    label: "str | _StrPromise"
    placeholders: tuple[Placeholder, ...]
    subject: Mapping[str, str]
    body: Mapping[str, str]
    channels: tuple[str, ...] = ("mail",)
    world: World = "city"
    has_no_personal_data: bool = False
    """No wording of a city may name a placeholder that is personal."""
    is_asked_for: bool = False
    """Its reader asked for it a moment ago: it is tried even where earlier mails came back."""
    fresh: Callable[..., Mapping[str, str] | None] | None = None
    """``fresh(about=…, queued=…, language=…, now=…)`` gives the values as the message leaves, or nothing
    where there is nothing left to say; without it the message says what was so when it was queued."""
    is_for_staff: bool = False
    """Members of staff read it, in Japanese; anything else is written in every language of residents."""


@dataclass(frozen=True, kw_only=True)
class EventHandler:
    """A function that hears one kind of event: ``function(event=…, key=…, actor=…, now=…)``.

    It runs at least once in the city's transaction and is idempotent by key, the event's UUID.
    """

    event: "type[Event]"
    function: Callable[..., None]


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Work that comes round: a CityTask by its dotted name, run in every city with the plugin on.

    With ``world="operators"`` it runs once, in the world of our operators.
    """

    name: str
    task: str
    every: timedelta | None = None
    at: str = ""
    """Crontab in Japanese time, five fields, instead of ``every``."""
    world: World = "city"


@dataclass(frozen=True, kw_only=True)
class ImportFormat:
    """A file layout that a plugin takes in; the steps are described in madoguchi.exchange."""

    name: str
    label: "str | _StrPromise"
    permission: str
    columns: tuple[str, ...]
    parser: Callable[..., Any]
    writer: Callable[..., Any]
    sample: Sequence[str] = ()
    explain_unknown: "Callable[[Sequence[str]], str] | None" = None
    """Says why columns that the format does not know are not taken; nothing where there is no more to say."""
    may_have: "Callable[[], Sequence[str]] | None" = None
    """Names the columns that a file may have here and now; their cells follow the others, or are empty."""
    keys: "Sequence[tuple[str, str | Promise]]" = ()
    """By what a profile may let rows find what is there; the first unless a profile chooses another."""
    most_removed: int = 0
    """What part of all there is one whole file may remove, in percent, before somebody has to agree."""
    refuse: "Callable[[], str] | None" = None
    """Says why this city takes no such files; nothing where it does."""
    undo_words: "str | _StrPromise" = ""
    """What else is put back where an import is undone; nothing where changes stay."""
    may_be_empty: Sequence[str] = ()
    """The columns that a profile may leave out although the standard layout has them."""
    shortened: Sequence[str] = ()
    """The columns of whose cells every page shows the last signs alone."""


@dataclass(frozen=True, kw_only=True)
class AuditPhrase:
    """The Japanese sentence under which an action, or the purpose of a reading, stands in the audit list.

    ``terms`` put the words of the entry's details into Japanese: ``{"phone": _("電話")}``.
    """

    action: str
    phrase: "str | _StrPromise"
    terms: "Mapping[str, str | Promise]" = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Widget:
    """A piece of a page that an editor may place: a template and a function that computes its context."""

    name: str
    label: "str | _StrPromise"
    template: str
    context: Callable[..., Mapping[str, Any]] = field(default=lambda **_: {})


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """A read that proves that a part of the plugin works in this city: it returns when all is well.

    It raises otherwise, reads nothing personal and writes nothing.
    """

    name: str
    read: Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class SubProcessor:
    """Another company without which the plugin does not work: the city consents to it in writing first."""

    name: str
    label: "str | _StrPromise"
    purpose: "str | _StrPromise" = ""


@dataclass(frozen=True, kw_only=True)
class Countable:
    """A table whose rows our operators may count, never read: a word for people and ``app.Model``."""

    label: "str | _StrPromise"
    model: str


@dataclass(frozen=True, kw_only=True)
class TrialData:
    """Rows about residents that a city throws away before it goes live.

    The tables are emptied in their order, in one transaction; ``afterwards`` sets right what counted them.
    """

    label: "str | _StrPromise"
    tables: tuple[str, ...]
    afterwards: Callable[[], None] | None = None


@dataclass(frozen=True, kw_only=True)
class PersonalTable:
    """A table that holds names or addresses of people who book, and nothing else.

    Where a city keeps no such data its role may not write there. ``purge`` empties it, with what points
    to its rows, for a city that stops keeping them, and counts the rows; without a ``table``, the rest.
    """

    kind: Literal["name", "address"]
    purge: Callable[[], int]
    table: str = ""


@dataclass(frozen=True, kw_only=True)
class GoLiveCheck:
    """Something that has to be in place before a city opens, looked up in its own rows."""

    label: "str | _StrPromise"
    is_done: bool
    advice: "str | _StrPromise"
    url_name: str = ""
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class ApprovalKind:
    """Something that a second person decides before it is done.

    ``carry_out(approved=…, now=…)`` does it in the transaction of the approval, as whoever
    ``approved.actor`` names, with ``approved.values``; a DomainError takes the approval back. Without it an
    approved request waits until a command or page uses it up (``madoguchi.approvals.services.use``).
    ``when_refused`` hears, in the same way, that nothing will come of it.
    """

    name: str
    label: "str | _StrPromise"
    permission: str
    """Who may decide; whoever asked never may."""
    carry_out: Callable[..., None] | None = None
    when_refused: Callable[..., None] | None = None
    days: int = 14
    """How long a request waits to be decided, and an approved one to be used."""


@dataclass(frozen=True, kw_only=True)
class DataClass:
    """Rows about residents that are kept for as long as a city says, and erased after.

    ``count(before=…, held=…)`` counts what is due, ``erase(before=…, held=…, limit=…)`` erases at most so
    many of the oldest and returns how many; both leave out whatever carries a reference in ``held``.
    ``tables`` names what the class lives in.
    """

    name: str
    label: "str | _StrPromise"
    since: "str | _StrPromise"
    """The date from which the time is counted, in words."""
    effect: "str | _StrPromise"
    """What erasing does, in words: what goes and what stays."""
    tables: tuple[str, ...]
    default_months: int
    minimum_months: int = 0
    """What the law asks at least; shorter needs a second person and never goes below 0."""
    law: "str | _StrPromise" = ""
    holds_by: "str | _StrPromise" = ""
    """The reference by which one person's rows can be held, in words; empty when only all can be."""
    find: Callable[[str], Sequence[tuple[str, str]]] | None = None
    """Turns such a reference into keys and the words under which they are shown."""
    count: Callable[..., int] = field(default=lambda **_: 0)
    erase: Callable[..., int] = field(default=lambda **_: 0)
    order: int = 100
