from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, NotFound


class VisitNotFound(NotFound):
    """No visit of this city has this key."""

    code = "visit_not_found"


class VisitDecided(DomainError):
    """Somebody has answered already, or nobody did for too long."""

    code = "visit_decided"
    status = 409
    message = _("この申請は、もう回答済みか、期限が切れています。")


class VisitOver(DomainError):
    """The time that the city gave is over, or was ended."""

    code = "visit_over"
    status = 409
    message = _("この閲覧は、もう終わっています。")


class EntryRefused(NotFound):
    """The way in was used, is too old, or was never given."""

    code = "visit_entry_refused"
    message = _("このリンクは使えません。運用者の画面から開き直してください。")
