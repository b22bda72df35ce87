"""A city's files, in the folder of media and in object stores: taken along, and brought back."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from madoguchi.tenancy import City
from madoguchi.web.object_store import CityObjectStore, city_stores


def take_along(city: City, *, to: Path) -> int:
    """Copy every file of a city into a folder, whatever store it lies in, and count them."""
    source = Path(settings.MEDIA_ROOT) / str(city.uuid)
    if source.is_dir():
        shutil.copytree(source, to, ignore=_links)
    for alias, store in city_stores().items():
        for name in store.names_of(city.uuid):
            if not name.startswith(f"{alias}/"):
                raise ImproperlyConfigured(f"{name} does not say by its name that it lies in «{alias}»")
            # A file that was removed since the rows were read is no file of the city any more.
            store.copy_out(city=city.uuid, name=name, to=inside(to, name))
    return sum(1 for path in to.rglob("*") if path.is_file())


def bring_back(*, city: UUID, names: Sequence[str], folder: Path) -> None:
    """Put files where this installation keeps them; those that a city still has stay as they are."""
    stores = city_stores()
    below = [name for name in names if name.partition("/")[0] not in stores]
    _bring_into_the_folder(city, below, folder)
    for alias, store in stores.items():
        _bring_into(store, city, [name for name in names if name.startswith(f"{alias}/")], folder)


def _bring_into_the_folder(city: UUID, names: Sequence[str], folder: Path) -> None:
    target = Path(settings.MEDIA_ROOT) / str(city)
    if not names or target.exists():
        return
    draft = target.with_name(f".{city}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    for name in names:
        copy = draft / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / name, copy)
    draft.rename(target)


def _bring_into(store: CityObjectStore, city: UUID, names: Sequence[str], folder: Path) -> None:
    there = set(store.names_of(city)) if names else set()
    for name in names:
        if name not in there:
            store.put_back(city=city, name=name, content=folder / name)


def erase(city: UUID, /) -> int:
    """Delete the files of a city in every object store, and count them."""
    return sum(store.erase(city) for store in city_stores().values())


def left(city: UUID, /) -> list[str]:
    """Name the object stores that still hold anything of a city."""
    return [alias for alias, store in city_stores().items() if store.holds(city)]


def inside(folder: Path, name: str) -> Path:
    """Name a file of a folder.

    Raises ImproperlyConfigured where its name would lead out.
    """
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ImproperlyConfigured(f"{name} leads out of its folder")
    return path


def _links(folder: str, names: list[str]) -> list[str]:
    """Name what only leads elsewhere: no upload is a link, and no key may come along by one."""
    return [name for name in names if Path(folder, name).is_symlink()]
