"""Why a request is not made, not decided or not carried out."""

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, Invalid, NotFound, Refused


class AlreadyAsked(DomainError):
    """Somebody has asked for the same already, and it is still open."""

    code = "approval_already_asked"
    message = _("同じ内容の依頼が、すでに承認を待っています。「承認」の一覧で確かめてください。")


class ReasonMissing(Invalid):
    """Nobody can decide about a wish without a reason."""

    code = "approval_reason_missing"
    message = _("理由を入力してください。")


class RequestNotFound(NotFound):
    """There is no such request."""

    code = "approval_not_found"
    message = _("この依頼は見つかりません。")


class AlreadyDecided(DomainError):
    """It has been decided, withdrawn or has run out meanwhile."""

    code = "approval_already_decided"
    message = _("この依頼は、すでに決定済みか、期限が切れています。")


class SamePerson(Refused):
    """Whoever asked may not say yes to it."""

    code = "approval_same_person"
    message = _("自分の依頼は、自分では承認できません。別の担当者が承認してください。")


class MayNotDecide(Refused):
    """This person lacks the right to decide about this kind."""

    code = "approval_not_allowed"
    message = _("この種類の依頼を承認する権限がありません。")


class NotApproved(Refused):
    """Nobody else has approved this, so it is not done."""

    code = "not_approved"
    message = _("この操作には、もう1人の承認が必要です。承認された依頼がないため、何も行っていません。")
