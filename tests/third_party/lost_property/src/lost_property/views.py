from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lost_property import services
from lost_property.declarations import READ
from madoguchi import clock
from madoguchi.web.access import public, requires


class ReportForm(forms.Form):
    """What was lost."""

    thing = forms.CharField(label=_("落とした物"), max_length=100)


@public("residents report without an account")
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Take a report."""
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.report(thing=form.cleaned_data["thing"], now=clock.now())
        return redirect("lost_property:report")
    context = {"form": form, "things": services.things()}
    return render(request, "lost_property/report.html", context, status=422 if form.errors else 200)


@requires(READ)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """List what was lost."""
    return render(request, "lost_property/board.html", {"things": services.things()})


class ReportsView(APIView):
    """What was lost, for programs."""

    def get(self, request: Request) -> Response:
        """List what was lost."""
        return Response({"things": services.things()})


reports = requires(READ)(ReportsView.as_view())
