"""What people see when something did not work: what happened, and what to do now."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from madoguchi import tenancy
from madoguchi.errors import DomainError
from madoguchi.hooks.gates import NotOfferedHere
from madoguchi.web.languages import DEFAULT

logger = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
PLAIN = "web/plain.html"
DOOR = "web/door.html"
RETRY_SECONDS = 3600

LAST_RESORT = (
    '<!DOCTYPE html><html lang="ja"><meta charset="utf-8"><title>エラー</title>'
    "<h1>うまく動きませんでした</h1><p>操作は完了していません。時間をおいて、もう一度お試しください。</p>"
    '<p lang="en">Something went wrong. Nothing was saved. Please try again later.</p></html>'
)


@dataclass(frozen=True)
class Problem:
    """A page that explains one kind of trouble."""

    status: int
    title: str
    lead: str
    steps: tuple[str, ...] = ()
    code: str = ""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Explain that the request could not be understood."""
    lead = _("送られた内容を正しく受け取れませんでした。何も保存されていません。")
    steps = (_("前の画面に戻り、もう一度入力してください。"),)
    return _page(request, Problem(400, _("受け取れませんでした"), lead, steps, "bad_request"))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Explain that this person may not do this."""
    lead = _("この画面を開く権限がありません。")
    if _is_staff(request):
        steps = (_("必要なときは、管理者に権限の追加を依頼してください。"),)
    else:
        steps = (_("トップページから、行きたいページを探してください。"),)
    return _page(request, Problem(403, _("開くことができません"), lead, steps, "forbidden"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain that the page was open for too long, or in two places."""
    lead = _("画面を開いてから時間がたったため、受け付けられませんでした。何も保存されていません。")
    steps = (
        _("前の画面に戻り、画面を読み込み直してください。"),
        _("もう一度入力して、送信してください。"),
        _("続けて起きるときは、Cookie（クッキー）を受け入れる設定にしてください。"),
    )
    return _page(request, Problem(403, _("もう一度お試しください"), lead, steps, "csrf_failed"))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Explain that there is no such page, or that the city does not offer its service now."""
    if isinstance(exception, NotOfferedHere) and not _is_staff(request):
        return _not_offered(request)
    lead = _("お探しのページはありません。アドレスが変わったか、まちがっています。")
    steps = (
        _("アドレスを入力したときは、まちがいがないか確かめてください。"),
        _("メールのリンクを開いたときは、最後の文字まで入っているか確かめてください。"),
    )
    return _page(request, Problem(404, _("ページが見つかりません"), lead, steps, "not_found"))


def _not_offered(request: HttpRequest) -> HttpResponse:
    lead = _("このサービスは、いまインターネットでは受け付けていません。")
    steps = (
        _("予約した方は、予約した日時にそのままお越しください。"),
        _("変更や取り消し、お急ぎの手続きは、お電話ください。"),
    )
    return _page(request, Problem(404, _("いまは受け付けていません"), lead, steps, "not_offered"))


def only_acts(request: HttpRequest) -> HttpResponse:
    """Explain that this address carries out something and has no page of its own."""
    lead = _("お探しのページはありません。アドレスが変わったか、まちがっています。")
    steps = (_("トップページから、行きたいページを探してください。"),)
    return _page(request, Problem(405, _("開くことができません"), lead, steps, "method_not_allowed"))


def too_large(request: HttpRequest) -> HttpResponse:
    """Explain that more was sent than any form here takes."""
    lead = _("送られた内容が大きすぎるため、受け取れませんでした。何も保存されていません。")
    steps = (_("前の画面に戻り、入力を短くして、もう一度送信してください。"),)
    return _page(request, Problem(413, _("受け取れませんでした"), lead, steps, "too_large"))


def too_many_requests(request: HttpRequest, *details: Any) -> HttpResponse:
    """Explain that somebody tried too often."""
    lead = _("続けて何度も操作されたため、しばらくのあいだ受け付けを止めています。")
    urgent = (_("お急ぎのときは、管理者に連絡してください。"),) if _is_staff(request) else ()
    steps = (_("時間をおいて、もう一度お試しください。"), *urgent)
    return _page(request, Problem(429, _("しばらくお待ちください"), lead, steps, "too_many_requests"))


def server_error(request: HttpRequest) -> HttpResponse:
    """Explain that we made a mistake, even when almost nothing works any more."""
    lead = _("申し訳ありません。システムの不具合で、操作は完了していません。何も保存されていません。")
    steps = (
        _("時間をおいて、もう一度お試しください。"),
        _("予約の途中だったときは、予約はまだ取れていません。"),
    )
    return _page(request, Problem(500, _("うまく動きませんでした"), lead, steps, "server_error"))


def service_unavailable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Explain that the service rests for a while."""
    lead = _("ただいま、このサービスを止めています。")
    steps = (_("時間をおいて、もう一度開いてください。"),)
    return _page(request, Problem(503, _("ただいま利用できません"), lead, steps, "unavailable"))


def city_rests(request: HttpRequest) -> HttpResponse:
    """Explain to residents that their city's counter rests, and when to look again."""
    lead = _("ただいま、オンライン窓口をお休みしています。")
    steps = (
        _("予約した方は、予約した日時にそのままお越しください。"),
        _("変更や取り消し、お急ぎの手続きは、お電話ください。"),
        _("時間をおいて、もう一度開いてください。"),
    )
    problem = Problem(503, _("オンライン窓口はお休み中です"), lead, steps, "city_rests")
    response = _page(request, problem, layout=DOOR)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def city_is_gone(request: HttpRequest) -> HttpResponse:
    """Explain that a city no longer has its counter here, and where to turn."""
    if _is_staff(request):
        lead = _("このシステムの利用は終了しました。データについては、運用者にお問い合わせください。")
        return _page(request, Problem(410, _("利用は終了しました"), lead, (), "city_is_gone"), layout=DOOR)
    lead = _("オンライン窓口は終了しました。手続きは、市区町村の窓口へお問い合わせください。")
    return _page(
        request, Problem(410, _("オンライン窓口は終了しました"), lead, (), "city_is_gone"), layout=DOOR
    )


def city_is_read_only(request: HttpRequest) -> HttpResponse:
    """Explain to staff that nothing can be changed while their city is suspended."""
    lead = _("利用が停止されているため、変更はできません。何も保存されていません。見ることはできます。")
    steps = (_("お急ぎのときは、管理者を通して運用者に連絡してください。"),)
    return _page(request, Problem(409, _("いまは変更できません"), lead, steps, "city_is_read_only"))


def visit_is_read_only(request: HttpRequest) -> HttpResponse:
    """Explain to one of our operators that a visit to a city changes nothing."""
    lead = _("閲覧の許可では、見ることしかできません。何も保存されていません。")
    steps = (_("変更が必要なときは、自治体の職員に操作を依頼してください。"),)
    return _page(request, Problem(403, _("変更はできません"), lead, steps, "visit_is_read_only"))


def foreign_network(request: HttpRequest) -> HttpResponse:
    """Refuse a page of our operators to an address from which they do not work, without one word more."""
    lead = _("この場所からは利用できません。接続したことは記録されました。")
    problem = Problem(403, _("開くことができません"), lead, (), "foreign_network")
    return HttpResponse(_html(request, problem, layouts=(PLAIN,)), status=problem.status)


def unknown_host(request: HttpRequest) -> HttpResponse:
    """Explain that no city answers under this address, before any language was chosen."""
    with override(DEFAULT):
        lead = _("このアドレスの窓口はありません。アドレスにまちがいがないか確かめてください。")
        problem = Problem(404, _("窓口が見つかりません"), lead, (), "unknown_host")
        return HttpResponse(_html(request, problem, layouts=(PLAIN,)), status=problem.status)


def domain_error_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Explain a refusal in the words of the error itself; its code is no sentence."""
    if error.status == 404 and not error.message:
        return page_not_found(request)
    titles = {
        403: _("開くことができません"),
        404: _("見つかりません"),
        410: _("このリンクは使えません"),
        422: _("入力内容を確認してください"),
        429: _("しばらくお待ちください"),
    }
    title = titles.get(error.status, _("受け付けられませんでした"))
    again = _("新しいリンクを開くか、トップページからもう一度始めてください。")
    steps = (again,) if error.status == 410 else ()
    return _page(request, Problem(error.status, title, str(error), steps, error.code))


class DomainErrorMiddleware:
    """Turn a refusal that no view caught into its page; nothing it began is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        # Django answers with nothing at all, and the browser with a page of its own.
        page = only_acts(request)
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Explain a DomainError; leave everything else to Django."""
        if not isinstance(exception, DomainError):
            return None
        if getattr(connection, "serving_request", False):
            connection.restart_after_error()  # type: ignore[attr-defined]
        return domain_error_response(request, exception)


def _is_staff(request: HttpRequest) -> bool:
    return getattr(request, "zone", "") in ("staff", "operators")


def _layout(request: HttpRequest) -> str:
    if not tenancy.is_in_city():
        return PLAIN
    return "web/staff.html" if _is_staff(request) else "web/resident.html"


def _page(request: HttpRequest, problem: Problem, *, layout: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        content = {"type": "about:blank", "title": problem.title, "status": problem.status}
        content |= {"detail": problem.lead, "code": problem.code}
        return JsonResponse(content, status=problem.status, content_type=PROBLEM_JSON)
    return HttpResponse(
        _html(request, problem, layouts=(layout or _layout(request), PLAIN)), status=problem.status
    )


def _html(request: HttpRequest, problem: Problem, *, layouts: tuple[str, ...]) -> str:
    context = {"problem": problem, "is_staff": _is_staff(request)}
    for layout in layouts:
        request.is_at_door = layout in (PLAIN, DOOR)  # type: ignore[attr-defined]
        try:
            return render_to_string("web/error.html", context | {"layout": layout}, request)
        except Exception:
            # An error page that fails must not hide the first failure.
            logger.exception("the error page failed on %s", layout)
    return LAST_RESORT
