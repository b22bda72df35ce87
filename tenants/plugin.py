"""What the list of cities and our operators' console add to the platform; always on."""

from django.http import HttpRequest

from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import AuditPhrase, NavigationItem, Permission
from tenants.console import declarations as console


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return console.PERMISSIONS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return console.AUDIT_PHRASES


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return console.navigation()
