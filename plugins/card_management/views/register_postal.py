"""Cards without a certain postal code, and the codes that the city chose itself."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists, undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.jobs import services as jobs
from madoguchi.web.access import requires
from plugins.card_management.declarations.register import CHOOSE_POSTCODES, POSTAL_REASONS
from plugins.card_management.forms.register import PostcodeForm
from plugins.card_management.queries import register as queries
from plugins.card_management.services import postal_corrections, postal_filling
from plugins.card_management.services.postal_dictionary import data_version
from plugins.card_management.tasks import register as tasks
from plugins.card_management.views.register import FOLDER, note_read, recording, show
from plugins.card_management.views.register_tables import QUESTIONS


@requires(CHOOSE_POSTCODES)
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """List the cards whose postal code a person has to choose."""
    return lists.show(
        request,
        table=QUESTIONS,
        rows=queries.questions(eyes=eyes_of(request)),
        template=f"{FOLDER}/questions.html",
        context={"edition": data_version()},
        recording=recording(request, "postal_list", lambda view: view.id),
    )


@requires(CHOOSE_POSTCODES)
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Have a worker look up every card without a postal code."""
    now = clock.now()
    job = jobs.queue(
        kind="card_management.find_postcodes",
        title=_("郵便番号を調べる"),
        permission=CHOOSE_POSTCODES,
        return_url=reverse("cards:register_postcodes"),
        actor=actor_of(request),
        now=now,
    )
    tasks.find_postcodes.delay_on_commit(job=str(job.id))
    messages.success(request, _("郵便番号のないカードを調べています。終わると、決まらないものが残ります。"))
    return redirect("cards:register_postcodes")


@requires(CHOOSE_POSTCODES)
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Choose the postal code of one card, and perhaps of the whole place."""
    eyes = eyes_of(request)
    view = queries.question(card_id=card_id, eyes=eyes)
    if view is None:
        raise Http404
    form = PostcodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _answer(request, card_id, form):
        return redirect("cards:register_postcodes")
    note_read(request, "postal_page", [card_id])
    address = queries.address_of_question(card_id=card_id)
    seen = postal_corrections.Finder.of_city().find(address)
    context = {
        "view": view,
        "form": form,
        "reason": POSTAL_REASONS.get(view.row.reason, ""),
        # A candidate names the town: whoever may not see addresses types the code from the paper.
        "candidates": seen.candidates if view.address else (),
        "area": postal_corrections.area_of(address).removeprefix("area:") if view.address else "",
        "edition": data_version(),
    }
    return show(request, "postcode", context, status=422 if form.errors else 200)


def _answer(request: HttpRequest, card_id: UUID, form: PostcodeForm) -> bool:
    try:
        filled = postal_filling.answer(
            card_id=card_id,
            code=form.cleaned_data["code"],
            is_for_area=form.cleaned_data["for_area"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except DomainError as refusal:
        form.add_error("code", str(refusal))
        return False
    text = _("郵便番号を記録しました（%(count)d件）。同じ住所には、次からこの番号を使います。")
    messages.success(request, text % {"count": filled.filled})
    return True


@requires(CHOOSE_POSTCODES)
@require_http_methods(["GET", "HEAD", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """List the postal codes that the city chose itself, and forget one."""
    if request.method == "POST":
        return _forget(request)
    return show(request, "places", {"rows": queries.corrections()[:500], "edition": data_version()})


def _forget(request: HttpRequest) -> HttpResponse:
    wanted, address = request.POST.get("correction", ""), reverse("cards:register_places")
    said = postal_corrections.forget(correction=wanted, actor=actor_of(request), now=clock.now())
    if said is None:
        messages.error(request, _("この郵便番号は見つかりません。画面を読み直してください。"))
    else:
        text = _("決めた郵便番号を消しました。次からはデータのとおりに調べます。")
        undoing.offer(request, kind=postal_corrections.UNDO, text=text, values=said, back_url=address)
    return redirect(address)
