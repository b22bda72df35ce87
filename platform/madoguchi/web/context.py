"""What every page knows: the city, its look, the way around and the languages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from madoguchi import tenancy
from madoguchi.hooks.values import Banner
from madoguchi.standing import standing
from madoguchi.web import banners, brands, languages, menus, navigation, phones, text_sizes, toasts
from madoguchi.web.brands import HUES, MARKS

__all__ = ["HUES", "MARKS", "Screen", "page"]


class Screen:
    """What the base templates ask for, worked out only when a page asks."""

    def __init__(self, request: HttpRequest, city: tenancy.City | None) -> None:
        self._request = request
        self._city = city
        self.language = get_language() or languages.DEFAULT

    @property
    def html_lang(self) -> str:
        """Name the language for the html element."""
        return languages.html_lang(self.language)

    @property
    def prefix(self) -> str:
        """Name the path under which residents' pages of this language live."""
        return languages.PREFIXES.get(self.language, "")

    @property
    def city_name(self) -> str:
        """Name the city in the language of the page."""
        if self._city is None:
            return ""
        in_english = self.language == "en" and self._city.name_en
        return self._city.name_en if in_english else self._city.name

    @property
    def hue(self) -> str:
        """Choose the city's colour, or the design system's own."""
        hue = self._brand.get("hue", "")
        return hue if hue in HUES else HUES[0]

    @property
    def mark(self) -> str:
        """Choose the city's sign in the header."""
        mark = self._brand.get("mark", "")
        return mark if mark in MARKS else MARKS[0]

    @cached_property
    def logo(self) -> brands.Logo | None:
        """Describe the city's logo, where it has one."""
        return brands.logo_of(self._brand, language=self.language, fallback=self.city_name)

    @property
    def is_preview(self) -> bool:
        """Tell whether this page is only looked at, in a frame of the staff's page."""
        return hasattr(self._request, "draft_brand")

    @property
    def contact(self) -> str:
        """Name the section that answers questions."""
        return self._in_language("contact")

    @property
    def phone(self) -> str:
        """Give the number that residents may always call."""
        return phones.phone_in(self._brand.get("phone", ""), language=self.language)

    @property
    def hours(self) -> str:
        """Say when somebody answers the phone."""
        return self._in_language("hours")

    @property
    def is_demo(self) -> bool:
        """Tell whether everybody on these pages is invented."""
        return self._city is not None and bool(settings.MADOGUCHI["IS_DEMO"])

    @property
    def is_trial(self) -> bool:
        """Tell whether the city tries the service out before it opens to everybody."""
        return self._city is not None and standing(self._city.state).is_trial

    @property
    def is_resting(self) -> bool:
        """Tell whether the city is suspended, so that its staff read and change nothing."""
        return self._city is not None and standing(self._city.state).staff == "resting"

    @cached_property
    def languages(self) -> list[navigation.Link]:
        """List this page in the other languages."""
        return navigation.language_links(self._request, current=self.language)

    @property
    def text_size(self) -> str:
        """Name the size of letters that this reader of residents' pages chose."""
        return text_sizes.size_of(self._request) if self._is_resident else text_sizes.STANDARD

    @property
    def letter_sizes(self) -> list[text_sizes.Choice]:
        """List the sizes of letters a reader may choose."""
        return text_sizes.choices(self._request) if self._is_resident else []

    @property
    def _is_resident(self) -> bool:
        return getattr(self._request, "zone", "") == "resident"

    @cached_property
    def menu(self) -> list[navigation.Link]:
        """List what residents can do here."""
        return navigation.resident_menu(self._request) if self._city else []

    @cached_property
    def links(self) -> dict[str, list[navigation.Link]]:
        """List what the head and the foot of a resident's page lead to."""
        is_open = self._city is not None and not getattr(self._request, "is_at_door", False)
        return navigation.site_links(self._request) if is_open else {}

    @cached_property
    def banners(self) -> list[Banner]:
        """List what stands above every page for now."""
        return banners.page_banners(self._request) if self._city else []

    @cached_property
    def toast(self) -> dict[str, str] | None:
        """Say what was just done, once."""
        return toasts.take(self._request)

    @cached_property
    def sections(self) -> list[navigation.Section]:
        """List what this member of staff can do here."""
        return navigation.staff_sections(self._request) if self._city else []

    @cached_property
    def side_menu(self) -> SafeString:
        """Write the links of the side navigation, once for both places where a page has them."""
        return menus.draw(
            sections=self.sections,
            language=self.language,
            zone=getattr(self._request, "zone", ""),
            path=self._request.path,
        )

    @cached_property
    def _brand(self) -> brands.Brand:
        return brands.brand_of(self._request, self._city)

    def _in_language(self, key: str) -> str:
        translated = self._brand.get(f"{key}_{self.language.replace('-', '_')}", "")
        return translated or self._brand.get(key, "")


def page(request: HttpRequest) -> dict[str, Any]:
    """Give templates the city and the screen."""
    city = tenancy.current_city() if tenancy.is_in_city() else None
    return {"city": city, "screen": Screen(request, city)}
