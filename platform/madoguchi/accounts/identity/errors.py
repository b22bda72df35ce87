from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, Invalid, NotFound

REASONS = {
    "TimeoutError": _("時間内に答えがない"),
    "ConnectionRefusedError": _("接続を断られた"),
    "name": _("サーバーの名前が見つからない"),
    "network": _("接続を許されていないアドレス"),
    "http": _("httpsではない"),
    "issuer": _("発行者の名前が違う"),
    "SSLCertVerificationError": _("証明書を確かめられない"),
    "state": _("こちらから始めていないサインイン"),
    "late": _("時間が経ちすぎている"),
    "time": _("時計が合っていない"),
    "nonce": _("別のサインインへの答え"),
    "azp": _("ほかのシステム宛ての答え"),
    "alg": _("署名の方式が違う"),
    "key": _("署名の鍵が違う"),
    "iss": _("発行者の名前が違う"),
    "access_denied": _("本人が断った"),
    "provider_unreachable": _("認証サーバーから答えがない"),
    "provider_refused": _("認証サーバーが断った"),
    "nobody_matches": _("当てはまる職員がいない"),
}


class ProviderUnreachable(DomainError):
    """The directory did not answer as it should, in the time it had."""

    code = "provider_unreachable"
    status = 502
    message = _("組織アカウントの認証サーバーから正しい答えがありませんでした。")


class ProviderRefused(Invalid):
    """The answer of the directory cannot be trusted, or the person said no there."""

    code = "provider_refused"
    message = _("組織アカウントで確認できませんでした。もう一度試すか、ほかの方法でサインインしてください。")


class NobodyMatches(Invalid):
    """No member of staff in service belongs to this account of the directory."""

    code = "nobody_matches"
    message = _("この組織アカウントに合う職員の登録がありません。管理者に依頼してください。")


class ProviderNotFound(NotFound):
    """This city has no such directory, or it is switched off."""

    code = "provider_not_found"


class NotTested(DomainError):
    """Nobody has tried the settings yet."""

    code = "provider_not_tested"
    message = _("先に「試す」でサインインできることを確かめてから、使えるようにしてください。")


class SecretNeeded(Invalid):
    """Another directory has another secret: the former one is never sent to it."""

    code = "provider_secret_needed"
    message = _("発行者かクライアントIDを変えるときは、新しいクライアントシークレットが必要です。")
