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


class StaffCodeOdd(Invalid):
    """A code that not every keyboard types, or that a sheet would take for a formula."""

    code = "staff_code_odd"
    message = _("職員コードは、英字か数字で始め、半角の英数字と . - _ @ / \\ だけで入力してください。")


class StaffNotFound(NotFound):
    """Nobody in this city has this account."""

    code = "staff_not_found"
    message = _("職員が見つかりません。")


class SecondStepNeeded(DomainError):
    """The password was right, and the second step waits."""

    code = "second_step_needed"
    status = 401
    message = _("もう一つの確認が必要です。")


class SecondStepRefused(Invalid):
    """The code is wrong, used up or too old."""

    code = "second_step_refused"
    message = _("確認コードが正しくないか、使用済みです。新しいコードを入力してください。")


class SecondStepRests(Invalid):
    """Too many codes were wrong."""

    code = "second_step_rests"
    message = _(
        "確認コードのまちがいが続いたため、30分ほど止めています。急ぐときは管理者に連絡してください。"
    )


class PasskeyRefused(Invalid):
    """The key is unknown, belongs to somebody else or answered an old question."""

    code = "passkey_refused"
    message = _("パスキーを確認できませんでした。もう一度試すか、ほかの方法を選んでください。")


class LastMethod(DomainError):
    """The city asks this person for a second step, and this would be the last method for it."""

    code = "last_method"
    message = _("2つ目の確認が必要なため、最後の1つは削除できません。先にほかの方法を追加してください。")
