"""Pages that take in what is sent without any form of ours, for the tests of the gate."""

from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from madoguchi.accounts.models import Role
from madoguchi.web.access import public
from madoguchi.web.intake.fields import ReadField

open_in_tests = public("only exists in tests")


class NoteForm(forms.Form):
    """Any form, written by somebody who never heard of the guard."""

    note = forms.CharField(label="メモ", required=False)
    email = forms.EmailField(label="メール", required=False)
    page = forms.SlugField(label="ページ", required=False)
    scanned = ReadField(label="バーコード", required=False)
    paper = forms.FileField(label="書類", required=False)
    picture = forms.ImageField(label="写真", required=False)


@open_in_tests
@csrf_exempt
def form(request: HttpRequest) -> HttpResponse:
    """Show what a form says."""
    sent = NoteForm(request.POST, request.FILES)
    return JsonResponse(sent.errors.get_json_data(), status=200)


@open_in_tests
@csrf_exempt
def raw(request: HttpRequest) -> HttpResponse:
    """Keep what was sent without looking."""
    words = request.POST.get("note", "") or request.body.decode()[:50]
    Role.objects.create(key=uuid4().hex, name=words[:30])
    return HttpResponse("kept")


@open_in_tests
@csrf_exempt
def files(request: HttpRequest) -> HttpResponse:
    """Read a file without a form."""
    Role.objects.create(key="read", name="read")
    paper = request.FILES["paper"]
    assert not isinstance(paper, list)
    return HttpResponse(paper.read()[:10])


urlpatterns = [path("form/", form), path("raw/", raw), path("files/", files)]
