"""Files of a city: in a folder under its UUID, and served only by a view that looks there."""

from pathlib import Path, PurePosixPath
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import path

from madoguchi.tenancy import current_city
from madoguchi.web.access import public

# Documents have a view of their own, which knows the collections that are closed to the public; scans are
# sealed and leave through pages of staff alone.
SENT_ELSEWHERE = (("documents",), ("scans",))


class CityStorage(FileSystemStorage):
    """A storage that keeps every city's files apart; outside a city it has no place at all."""

    @property
    def location(self) -> str:
        """The folder of the current city."""
        return str(Path(self.base_location).resolve() / str(current_city().uuid))

    @property
    def base_url(self) -> str:
        """The address under which the view below serves files."""
        return "/media/"


@public("files an editor has put on a public page; the folder is the city's own")
def serve(request: HttpRequest, name: str) -> HttpResponseBase:
    """Send a file of the current city, never to be run by a browser as a page."""
    storage = CityStorage()
    try:
        if Path(storage.path(name)).relative_to(storage.location).parts[:1] in SENT_ELSEWHERE:
            raise Http404(name)
        file = storage.open(name)
    except (OSError, SuspiciousFileOperation, ValueError) as error:
        raise Http404(name) from error
    headers: dict[str, Any] = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    return FileResponse(file, filename=PurePosixPath(name).name, headers=headers)


urlpatterns = [path("media/<path:name>", serve, name="media")]
