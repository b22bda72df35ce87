from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, Invalid, NotFound


class SignInRefused(Invalid):
    """The staff code and the password do not belong together, or the pair is locked."""

    code = "sign_in_refused"
    message = _("職員コードまたはパスワードが正しくありません。")


class ResetCodeRefused(Invalid):
    """No living reset code reads like this."""

    code = "reset_code_refused"
    message = _(
        "再設定コードが正しくないか、期限が切れているか、すでに使われています。管理者に新しいコードの発行を依頼してください。"
    )


class OwnAccount(DomainError):
    """Nobody changes their own rights."""

    code = "own_account"
    message = _("自分の役割と利用状態は変更できません。ほかの管理者に依頼してください。")


class LastAdministrator(DomainError):
    """Somebody must be able to let people in."""

    code = "last_administrator"
    message = _("最後の管理者です。停止したり役割を外したりする前に、ほかの人を管理者にしてください。")


class StaffNotFound(NotFound):
    """Nobody in this city has this account."""

    code = "staff_not_found"
    message = _("職員が見つかりません。")
