"""The operators' pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from madoguchi.web.access import signed_in
from tenants import queries


@signed_in
def city_list(request: HttpRequest) -> HttpResponse:
    """Show every city with its state, plugins and contract."""
    return render(request, "tenants/city_list.html", {"cities": queries.city_lines()})
