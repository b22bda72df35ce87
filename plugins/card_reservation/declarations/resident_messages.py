"""Mails about what residents do themselves: who comes, one visit instead of two, waiting for a place."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import MessageKind, Placeholder
from plugins.card_reservation.declarations.messages import (
    BRING,
    CHANGE_NOTE,
    CONTACT,
    FACTS,
    LINK,
    OF_A_BOOKING,
    PHONE,
    SERVICE,
    WHOLE,
    letter,
)

PARTY_CHANGED = MessageKind(
    name="card_reservation.party_changed",
    label=_("来る方の変更完了"),
    placeholders=(*OF_A_BOOKING, BRING, CHANGE_NOTE, LINK),
    subject={
        "ja": "来る方を変更しました",
        "en": "Your party was changed",
        "ja-easy": "来《く》る人《ひと》を かえました",
    },
    body={
        "ja": letter("ja", "一緒に来る方を変更しました。いまの予約は次のとおりです。", *WHOLE),
        "en": letter("en", "The people of your booking were changed. It now says:", *WHOLE),
        "ja-easy": letter(
            "ja-easy", "来《く》る人《ひと》を かえました。いまの 予約《よやく》です。", *WHOLE
        ),
    },
)

MANAGE_LINK = MessageKind(
    name="card_reservation.manage_link",
    label=_("予約を確認・変更するためのリンク"),
    placeholders=(LINK, PHONE),
    is_asked_for=True,
    subject={
        "ja": "予約を確認・変更するためのリンク",
        "en": "The link to your booking",
        "ja-easy": "予約《よやく》を 見《み》る リンク",
    },
    body={
        "ja": (
            "予約を確認・変更するためのリンクです。来庁の日まで使えます。\n\n{link}\n\n"
            "このメールに心当たりがないときは、リンクを開かずに、下の番号へお電話ください。\n\n"
            "お問い合わせ：{phone}\n{city}\n"
        ),
        "en": (
            "Use this link to see or change your booking. It works until your visit.\n\n{link}\n\n"
            "If you did not ask for this mail, do not open the link and call us.\n\n"
            "Questions: {phone} (in Japanese)\n{city}\n"
        ),
        "ja-easy": (
            "予約《よやく》を 見《み》たり かえたりする リンクです。\n\n{link}\n\n"
            "このメールが わからないときは、リンクを 開《あ》けないでください。\n\n"
            "わからないときは 電話《でんわ》してください：{phone}\n{city}\n"
        ),
    },
)

MERGE_REQUEST = MessageKind(
    name="card_reservation.merge_request",
    label=_("1回の来庁にまとめる申し出"),
    placeholders=(*OF_A_BOOKING, LINK),
    is_asked_for=True,
    subject={
        "ja": "1回の来庁にまとめますか",
        "en": "One visit instead of two?",
        "ja-easy": "1回《かい》に まとめますか",
    },
    body={
        "ja": letter(
            "ja",
            "ご家族が、次の予約と一緒に来られるように申し出ました。\n"
            "まとめるときは、下のリンクを開いてボタンを押してください。いまの予約は取り消され、次の予約に加わります。\n"
            "まとめないときは、何もしないでください。リンクは24時間使えます。\n\n{link}\n",
            FACTS,
            CONTACT,
        ),
        "en": letter(
            "en",
            "Somebody of your family would like you to come together with the booking below.\n"
            "To do so, open the link and press the button: your own booking is cancelled, you join theirs.\n"
            "Otherwise do nothing. The link works for 24 hours.\n\n{link}\n",
            FACTS,
            CONTACT,
        ),
        "ja-easy": letter(
            "ja-easy",
            "家族《かぞく》が あなたと いっしょに 来《き》たいと 言《い》っています。\n"
            "いっしょに 来《く》るときは リンクを 開《あ》けて ボタンを 押《お》してください。\n"
            "いまの 予約《よやく》は なくなります。\n"
            "いっしょに 来《こ》ないときは 何《なに》も しないでください。\n\n{link}\n",
            FACTS,
            CONTACT,
        ),
    },
)

OF_A_WAIT = (
    Placeholder(name="place", label=_("場所"), sample="本庁舎 市民課", is_required=True),
    Placeholder(name="party", label=_("人数"), sample="2人"),
    SERVICE,
    PHONE,
    LINK,
)

WAITING_JOINED = MessageKind(
    name="card_reservation.waiting_joined",
    label=_("キャンセル待ちの受付"),
    placeholders=(
        *OF_A_WAIT,
        Placeholder(name="period", label=_("希望の期間"), sample="2026年（令和8年）12月9日（水）"),
    ),
    subject={
        "ja": "キャンセル待ちを受け付けました",
        "en": "You are on the waiting list",
        "ja-easy": "空《あ》くのを 待《ま》つ リストに 入《はい》りました",
    },
    body={
        "ja": (
            "キャンセル待ちを受け付けました。まだ予約はできていません。\n\n"
            "手続き：{service}\n場所：{place}\n期間：{period}\n人数：{party}\n\n"
            "空きが出たら、順番にメールでお知らせします。\n"
            "キャンセル待ちをやめるときは、このリンクを開いてください。\n{link}\n\n"
            "お問い合わせ：{phone}\n{city}\n"
        ),
        "en": (
            "You are on the waiting list. Nothing is booked yet.\n\n"
            "Service: {service}\nPlace: {place}\nDays: {period}\nPeople: {party}\n\n"
            "When there is room, we write to those who wait, one after the other.\n"
            "To leave the list, open this link.\n{link}\n\n"
            "Questions: {phone} (in Japanese)\n{city}\n"
        ),
        "ja-easy": (
            "空《あ》くのを 待《ま》つ リストに 入《はい》りました。\n"
            "まだ 予約《よやく》は できていません。\n\n"
            "すること：{service}\n場所《ばしょ》：{place}\n日《ひ》：{period}\n"
            "人数《にんずう》：{party}\n\n"
            "空《あ》いたら メールを 送《おく》ります。\n"
            "待《ま》つのを やめるときは リンクを 開《あ》けてください。\n{link}\n\n"
            "わからないときは 電話《でんわ》してください：{phone}\n{city}\n"
        ),
    },
)

WAITING_OFFER = MessageKind(
    name="card_reservation.waiting_offer",
    label=_("空きが出たお知らせ"),
    placeholders=(
        *OF_A_WAIT,
        Placeholder(
            name="when",
            label=_("日時"),
            sample="2026年（令和8年）12月9日（水） 10:00〜10:30",
            is_required=True,
        ),
        Placeholder(
            name="until",
            label=_("お取りしておく期限"),
            sample="2026年（令和8年）12月1日（火） 15:00",
            is_required=True,
        ),
        Placeholder(name="address", label=_("住所"), sample="見本市中央1丁目1番地"),
    ),
    is_asked_for=True,
    subject={
        "ja": "空きが出ました。お返事ください",
        "en": "There is room: please answer",
        "ja-easy": "空《あ》きました。返事《へんじ》を してください",
    },
    body={
        "ja": (
            "キャンセル待ちの順番が来ました。次の時間をお取りしています。\n\n"
            "手続き：{service}\n日時：{when}\n場所：{place}\n住所：{address}\n人数：{party}\n\n"
            "{until}までに、下のリンクを開いて「予約する」か「見送る」を選んでください。\n"
            "期限を過ぎると、次の方にご案内します。\n\n{link}\n\n"
            "お問い合わせ：{phone}\n{city}\n"
        ),
        "en": (
            "It is your turn on the waiting list. We hold this time for you.\n\n"
            "Service: {service}\nDate and time: {when}\nPlace: {place}\nAddress: {address}\n"
            "People: {party}\n\n"
            "Please open the link by {until} and choose to book it or to leave it.\n"
            "After that it goes to the next in line.\n\n{link}\n\n"
            "Questions: {phone} (in Japanese)\n{city}\n"
        ),
        "ja-easy": (
            "空《あ》きました。あなたの ために この 時間《じかん》を とっています。\n\n"
            "すること：{service}\n日《ひ》と 時間《じかん》：{when}\n場所《ばしょ》：{place}\n"
            "住所《じゅうしょ》：{address}\n"
            "人数《にんずう》：{party}\n\n"
            "{until}までに リンクを 開《あ》けて 答《こた》えてください。\n"
            "すぎると つぎの 人《ひと》に ききます。\n\n{link}\n\n"
            "わからないときは 電話《でんわ》してください：{phone}\n{city}\n"
        ),
    },
)

RESIDENT_KINDS = (PARTY_CHANGED, MANAGE_LINK, MERGE_REQUEST, WAITING_JOINED)
