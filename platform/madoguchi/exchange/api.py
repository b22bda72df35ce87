"""Imports for programs of the city: upload, look, apply."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from madoguchi import clock
from madoguchi.exchange import queries, starting
from madoguchi.exchange.declarations import IMPORT_FILES
from madoguchi.exchange.errors import FileRefused
from madoguchi.exchange.formats import active_formats
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import intake
from madoguchi.hooks.values import ImportFormat
from madoguchi.web.api.exceptions import problem_of
from madoguchi.web.api.machine import machine_of
from madoguchi.web.api.views import ApiView

Form = serializers.Serializer[Any]


class FormatSerializer(Form):
    """A file layout that the city takes in."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    columns = serializers.ListField(child=serializers.CharField())


class FormatListSerializer(Form):
    """The layouts that this token may bring."""

    results = FormatSerializer(many=True)


class UploadSerializer(Form):
    """A file and its layout."""

    format = serializers.CharField(max_length=60)
    file = serializers.FileField(max_length=200, allow_empty_file=True)


class ImportSerializer(Form):
    """How far an import has come, in counts."""

    id = serializers.UUIDField()
    format = serializers.CharField()
    state = serializers.ChoiceField(choices=ImportJob.State.values)
    rows = serializers.IntegerField()
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    broken = serializers.IntegerField()
    doubtful = serializers.IntegerField()
    uploaded_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)


class Formats(ApiView):
    """The layouts of files."""

    scopes = {"GET": IMPORT_FILES}

    @extend_schema(responses=FormatListSerializer, operation_id="list_formats")
    def get(self, request: Request) -> Response:
        """List the file layouts that this token may bring in."""
        return Response(FormatListSerializer({"results": _formats(request)}).data)


class Imports(ApiView):
    """New imports."""

    scopes = {"POST": IMPORT_FILES}
    parser_classes = (MultiPartParser,)
    keeps_answers = False

    @classmethod
    def further_scopes(cls) -> tuple[str, ...]:
        """Name the permissions of the file layouts: whoever brings a file in needs that of its layout."""
        return tuple(each.permission for each in active_formats())

    @extend_schema(request=UploadSerializer, responses={201: ImportSerializer}, operation_id="upload_import")
    def post(self, request: Request) -> Response:
        """Take a file in and check it; a large one is checked by a worker."""
        wanted = self.read(UploadSerializer, request.data)
        if wanted["format"] not in {each.name for each in _formats(request)}:
            raise serializers.ValidationError({"format": _("この様式はないか、このトークンでは使えません。")})
        now = clock.now()
        try:
            received = starting.take_in(
                format_name=wanted["format"],
                file_name=wanted["file"].name or "",
                content=wanted["file"].read(),
                actor=self.actor,
                now=now,
            )
        except FileRefused as refusal:
            intake.record_refusal(refusal=refusal, format_name=wanted["format"], actor=self.actor, now=now)
            return problem_of(refusal)
        return Response(ImportSerializer(received).data, status=201)


class OneImport(ApiView):
    """One import."""

    scopes = {"GET": IMPORT_FILES}

    @extend_schema(responses=ImportSerializer, operation_id="read_import")
    def get(self, request: Request, import_id: UUID) -> Response:
        """Show how far an import has come."""
        return Response(ImportSerializer(_import(request, import_id)).data)


class Apply(ApiView):
    """The writing of a checked file."""

    scopes = {"POST": IMPORT_FILES}

    @extend_schema(request=None, responses={202: ImportSerializer}, operation_id="apply_import")
    def post(self, request: Request, import_id: UUID) -> Response:
        """Start writing a checked file."""
        job = _import(request, import_id)
        starting.ask_to_apply(import_id=job.id, actor=self.actor, now=clock.now())
        job.refresh_from_db()
        return Response(ImportSerializer(job).data, status=202)


def _formats(request: Request) -> list[ImportFormat]:
    machine = machine_of(request)
    return [each for each in active_formats() if machine.has_permission(each.permission)]


def _import(request: Request, import_id: UUID) -> ImportJob:
    job = queries.find(import_id=import_id)
    if job.format not in {each.name for each in _formats(request)}:
        raise exceptions.PermissionDenied
    return job


urlpatterns = [
    path("", Imports.as_view()),
    path("formats/", Formats.as_view()),
    path("<uuid:import_id>/", OneImport.as_view()),
    path("<uuid:import_id>/apply/", Apply.as_view()),
]
