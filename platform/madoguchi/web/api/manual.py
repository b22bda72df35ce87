"""The manual of the API, read from its schema: what a page shows of each address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from madoguchi.hooks.rights import declared_permissions

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that an address takes: a parameter, or a field of what is sent."""

    name: str
    where: str
    kind: str
    is_required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    method: str
    path: str
    summary: str
    scope: str
    label: str
    """What the scope allows, in the language of the page."""
    inputs: tuple[Input, ...]
    answers: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The addresses that begin with the same word."""

    name: str
    operations: tuple[Operation, ...]


def chapters() -> tuple[Chapter, ...]:
    """Read the schema of the current city as chapters of addresses."""
    generator: Any = SchemaGenerator
    labels = {one.name: str(one.label) for _plugin, one in declared_permissions()}
    schema: dict[str, Any] = generator(urlconf="deploy.urls.staff").get_schema(request=None, public=True)
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                said = methods[method]
                found.setdefault(said["tags"][0], []).append(_operation(schema, labels, method, path))
    return tuple(Chapter(name=name, operations=tuple(each)) for name, each in sorted(found.items()))


def _operation(schema: Mapping[str, Any], labels: Mapping[str, str], method: str, path: str) -> Operation:
    said = schema["paths"][path][method]
    answer: Mapping[str, Any] = next(
        (said["responses"][status] for status in ("200", "201") if status in said["responses"]), {}
    )
    scope = said.get("description", "").partition("Scope: ")[2].strip("`")
    return Operation(
        method=method.upper(),
        path=path,
        summary=said.get("summary", ""),
        scope=scope,
        label=labels.get(scope, ""),
        inputs=(*_parameters(said), *_fields(schema, said.get("requestBody", {}), "body")),
        answers=tuple(_fields(schema, answer, "answer")),
    )


def _parameters(said: Mapping[str, Any]) -> Iterator[Input]:
    for one in said.get("parameters", ()):
        yield Input(
            name=one["name"],
            where=one["in"],
            kind=_kind(one["schema"]),
            is_required=one.get("required", False),
            words=one.get("description", ""),
        )


def _fields(schema: Mapping[str, Any], body: Mapping[str, Any], where: str) -> Iterator[Input]:
    first: Mapping[str, Any] = next(iter(body.get("content", {}).values()), {})
    content = first.get("schema", {})
    shape = _resolved(schema, content.get("items", content))
    for name, one in shape.get("properties", {}).items():
        yield Input(
            name=name,
            where=where,
            kind=_kind(one),
            is_required=name in shape.get("required", ()),
            words=one.get("description", ""),
        )


def _resolved(schema: Mapping[str, Any], shape: Mapping[str, Any]) -> Mapping[str, Any]:
    name = shape.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = schema["components"]["schemas"][name] if name else shape
    return found


def _kind(shape: Mapping[str, Any]) -> str:
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2]
    if "enum" in shape:
        return " | ".join(map(str, shape["enum"]))
    return str(shape.get("format") or shape.get("type", ""))
