"""A clerk reads why a mail did not arrive, not what a server said."""

import pytest

from madoguchi.notifications.reasons import in_words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("no address", "形が正しくありません"),
        ("550 5.1.1 <***> User unknown", "使われていません"),
        ("550 Unknown user ***", "使われていません"),
        ("552 5.2.2 Over quota", "いっぱい"),
        ("550 5.7.1 Message blocked due to spam", "受信設定で断られました"),
        ("556 5.1.10 Domain does not accept mail", "「@」の後ろ"),
        ("571 Refused", "相手のメールサーバーに断られました"),
        ("連絡先が消去されています。", "連絡先が消去されています。"),
        ("", ""),
    ],
)
def test_an_error_is_explained(error: str, words: str) -> None:
    assert words in str(in_words(error))
