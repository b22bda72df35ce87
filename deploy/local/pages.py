"""The small pages of the local hosts; they belong to no city and use nothing of one."""

import os
from pathlib import Path

from django.http import HttpResponse
from django.template import Context, Engine

from deploy.local.layout import ROOT, Layout

HERE = Path(__file__).resolve().parent
POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
ENGINE = Engine(
    dirs=[str(HERE / "templates")],
    libraries={"i18n": "django.templatetags.i18n"},
    builtins=["django.template.defaultfilters"],
)


def layout() -> Layout:
    """return the folders of the run that this web server belongs to."""
    return Layout(var=Path(os.environ.get("MADOGUCHI_VAR", "") or ROOT / "var"))


def render(template: str, context: dict[str, object]) -> HttpResponse:
    """return a page that no browser keeps."""
    page = HttpResponse(ENGINE.get_template(template).render(Context(context)))
    page["Cache-Control"] = "no-store"
    page["Content-Security-Policy"] = POLICY
    return page


def stylesheet() -> HttpResponse:
    """return the style of the local pages."""
    return HttpResponse((HERE / "static" / "local.css").read_bytes(), content_type="text/css; charset=utf-8")
