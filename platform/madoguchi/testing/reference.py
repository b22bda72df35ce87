"""The reference pages that are written from the code: hooks, events, permissions."""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules

from django.utils import translation

from madoguchi.hooks import contracts, kinds
from madoguchi.hooks.contracts.events import Event
from madoguchi.hooks.registry import SPECIFICATIONS, plugins

KINDS = {
    "Declare": ("once at start, by all installed plugins; a failure stops the process", kinds.DECLARE),
    "Contribute": ("per page, by plugins active in the city; a failing part is left out", kinds.CONTRIBUTE),
    "Duty": (
        "by all installed plugins, on or off in the city; a plugin that fails has its exception as result",
        kinds.DUTY,
    ),
    "Ask": ("one plugin needs an answer another may have; `NobodyAnswers` when none has", kinds.ASK),
    "Life": ("something happens to a city; installed plugins hear it, on or off", kinds.LIFE),
}
WRITTEN = "<!-- Written by `manage.py reference`; change the code, not this page. -->\n"


def pages() -> Mapping[str, Callable[[], str]]:
    """Name the pages of docs/reference that are generated, with what writes them."""
    return {"hooks.md": hooks_page, "events.md": events_page, "permissions.md": permissions_page}


def hooks_page() -> str:
    """Write the page of hooks: signature, when it is called and by whom."""
    lines = [
        WRITTEN,
        "# Hooks",
        "",
        "Every extension point of `madoguchi/hooks/specs.py` and `questions.py`.",
        "",
    ]
    signatures = _signatures()
    for kind, (meaning, names) in KINDS.items():
        lines += [f"## {kind}", "", f"{meaning[0].upper()}{meaning[1:]}.", ""]
        for name in names:
            lines += [f"### {name}", "", "```python", signatures[name], "```", ""]
            lines += [inspect.getdoc(hookspec_of(name)) or "", ""]
    return "\n".join(lines).rstrip() + "\n"


def hookspec_of(name: str) -> object:
    """Find the specification of a hook."""
    return next(getattr(page, name) for page in SPECIFICATIONS if hasattr(page, name))


def events_page() -> str:
    """Write the page of events: what is told, and what each one carries."""
    lines = [WRITTEN, "# Events", "", "What plugins tell one another through the outbox, at least once.", ""]
    for event in sorted(_events(), key=lambda found: found.kind):
        lines += [f"## {event.kind}", "", inspect.getdoc(event) or "", "", f"`{event.__qualname__}`", ""]
        lines += [f"- `{name}`: `{hint}`" for name, hint in _fields(event).items()]
        lines += [""]
    return "\n".join(lines).rstrip() + "\n"


def permissions_page() -> str:
    """Write the page of permissions: who declares them and which built-in roles start with them."""
    lines = [WRITTEN, "# Permissions", "", "| permission | 日本語 | built-in roles |", "|---|---|---|"]
    with translation.override("ja"):
        for permission in sorted(plugins.declared("permissions"), key=lambda found: found.name):
            lines.append(
                f"| `{permission.name}` | {permission.label} | {', '.join(permission.roles) or '–'} |"
            )
    return "\n".join(lines) + "\n"


def _signatures() -> dict[str, str]:
    bodies = [ast.parse(inspect.getsource(page)).body for page in SPECIFICATIONS]
    return {
        node.name: f"def {node.name}({ast.unparse(node.args)}) -> {ast.unparse(node.returns)}".replace(
            "'", ""
        )
        for node in chain.from_iterable(bodies)
        if isinstance(node, ast.FunctionDef) and node.returns
    }


def _events() -> Iterator[type[Event]]:
    for module in iter_modules(contracts.__path__, f"{contracts.__name__}."):
        for value in vars(import_module(module.name)).values():
            is_event = inspect.isclass(value) and issubclass(value, Event)
            if is_event and value.kind and value.__module__ == module.name:
                yield value


def _fields(event: type[Event]) -> dict[str, str]:
    found: dict[str, str] = {}
    for owner in reversed(event.__mro__):
        for name, hint in inspect.get_annotations(owner).items():
            text = inspect.formatannotation(hint)
            if "ClassVar" not in text:
                found[name] = text.replace("uuid.", "").replace("datetime.", "")
    return found
