"""The site of a furnished city: pages, pictures, documents, and what an editor leaves behind."""

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from madoguchi.accounts.models import Staff
from tests.isolation.editorial import leave_traces


def furnish_pages(world: Any, *, more: int) -> None:
    from wagtail.documents import get_document_model
    from wagtail.images import get_image_model

    from cms.models import HomePage, InfoPage

    home = HomePage.objects.filter(locale__language_code="ja").get()
    made = [_page(home, InfoPage, f"{world.mark} 案内 {turn}", f"same-{turn}") for turn in range(1 + more)]
    files = [
        (
            get_document_model().objects.create(
                title=f"{world.mark} 書類 {turn}", file=ContentFile(world.mark.encode(), name="same.txt")
            ),
            get_image_model().objects.create(
                title=f"{world.mark} 写真 {turn}",
                file=ContentFile(_picture(), name=f"{world.mark}-{turn}.png"),
                width=1,
                height=1,
            ),
        )
        for turn in range(1 + more)
    ]
    for keys, at in ((world.keys, 0), (world.own_keys, -1)):
        keys |= _keys(made[at], *files[at])
        keys |= {"cms.users.pk": keys["staff_id"], "_0": f"same-{len(made) - 1 if at else 0}/"}
    image, document = files[0][1], files[0][0]
    traces = leave_traces(mark=world.mark, home=home, page=made[0], image=image, document=document)
    world.keys.update(CMS_SAMPLES | {"destination_id": str(home.pk)} | traces)
    if not more:
        for name in (*PAGE_PARAMETERS, *DOCUMENT_PARAMETERS, *IMAGE_PARAMETERS, "revision_id", "pk", "_0"):
            world.own_keys.pop(name, None)


def _keys(page: Any, document: Any, image: Any) -> dict[str, str]:
    """Name the values of the parameters that lead to a page and two files."""
    return {
        **dict.fromkeys((*PAGE_PARAMETERS, "pk"), str(page.pk)),
        **dict.fromkeys(DOCUMENT_PARAMETERS, str(document.pk)),
        **dict.fromkeys(IMAGE_PARAMETERS, str(image.pk)),
        "document_filename": document.filename,
        "revision_id": str(page.latest_revision_id),
    }


PAGE_PARAMETERS = ("page_id", "parent_page_id", "page_to_move_id", "page_pk")
DOCUMENT_PARAMETERS = ("document_id", "doc_id", "cms.documents.pk", "cms.api.main.documents.pk")
IMAGE_PARAMETERS = ("image_id", "cms.images.pk", "cms.api.main.images.pk")
CMS_SAMPLES: dict[str, str] = {
    "content_type_app_name": "cms",
    "content_type_model_name": "infopage",
    "app_label": "cms",
    "model_name": "infopage",
    "app_name": "taggit",
    "action": "delete",
    "action_name": "publish",
    "filter_spec": "original",
    "revision_id_a": "earliest",
    "revision_id_b": "latest",
    "object_id": "1",
    "old": "old/page.html",
    "uidb64": "MQ",
    "cms.groups.pk": "1",
    "cms.bulk.app_label": "wagtailcore",
    "cms.bulk.model_name": "page",
    "cms.tag-autocomplete.model_name": "tag",
    "cms.workflows.tasks.add.app_label": "wagtailcore",
    "cms.workflows.tasks.add.model_name": "groupapprovaltask",
}


def _page(home: Any, kind: Any, title: str, slug: str) -> Any:
    page = home.add_child(instance=kind(title=title, slug=slug, lead=title, locale=home.locale))
    page.save_revision(user=Staff.objects.get(staff_code="Z-city_admin")).publish()
    page.refresh_from_db()
    return page


def _picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "green").save(drawn, "PNG")
    return drawn.getvalue()
