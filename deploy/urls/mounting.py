"""Mounting what plugins declare, each behind the gate that answers 404 where it is off."""

from django.urls import URLResolver, include, path

from madoguchi.hooks.gates import each_view, page_gate
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import Urls, Zone


def mounted(zone: Zone) -> list[URLResolver]:
    """List the resolvers of all plugins in one zone."""
    found = [(plugin, urls) for plugin, urls in plugins.declared_by("urls") if urls.zone == zone]
    return [_gated(plugin, urls) for plugin, urls in found]


def _gated(plugin: str, urls: Urls) -> URLResolver:
    resolver = path(urls.prefix, include(urls.module))
    each_view(resolver.url_patterns, page_gate(plugin))
    return resolver
