"""The mails of this plugin, with the texts every city starts from."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import MessageKind, Placeholder

PHONE = Placeholder(name="phone", label=_("電話番号"), sample="000-000-0000")
HOURS = Placeholder(name="hours", label=_("リンクを使える時間数"), sample="24")
LINK = Placeholder(
    name="link", label=_("専用ページのリンク"), sample="https://example.jp/booking/…/", is_required=True
)
SERVICE = Placeholder(name="service", label=_("手続き"), sample="マイナンバーカードの受け取り")
OF_A_BOOKING = (
    Placeholder(name="number", label=_("予約番号"), sample="4827-3916", is_required=True),
    SERVICE,
    Placeholder(
        name="when", label=_("日時"), sample="2026年（令和8年）12月9日（水） 10:00〜10:30", is_required=True
    ),
    Placeholder(name="place", label=_("場所"), sample="本庁舎 市民課", is_required=True),
    Placeholder(name="address", label=_("住所"), sample="見本市中央1丁目1番地"),
    PHONE,
    Placeholder(name="party", label=_("人数"), sample="2人"),
    Placeholder(name="announcement", label=_("お知らせ"), sample="■ 12月29日は窓口を閉めます"),
)

CHANGE_NOTE = Placeholder(
    name="change_note",
    label=_("いつまで変更・取り消しができるか"),
    sample="2026年（令和8年）12月8日（火） 10:00まで、このリンクからできます。そのあとは、お電話ください。",
)
AGAIN_LINK = Placeholder(
    name="again_link", label=_("もう一度予約するページ"), sample="https://example.jp/booking/"
)
BRING = Placeholder(name="bring", label=_("持ち物"), sample="■ 持ち物\n・交付通知書（はがき）")
OF_A_REMINDER = (
    Placeholder(name="coming_link", label=_("「行きます」のリンク"), sample="https://example.jp/booking/…/"),
    Placeholder(
        name="change_link", label=_("「変更します」のリンク"), sample="https://example.jp/booking/…/"
    ),
    Placeholder(
        name="cancel_link", label=_("「行けません」のリンク"), sample="https://example.jp/booking/…/"
    ),
)

FACTS = {
    "ja": (
        "予約番号：{number}\n手続き：{service}\n日時：{when}\n場所：{place}\n住所：{address}\n人数：{party}\n"
    ),
    "en": (
        "Booking number: {number}\nService: {service}\nDate and time: {when}\nPlace: {place}\n"
        "Address: {address}\nPeople: {party}\n"
    ),
    "ja-easy": (
        "予約番号《よやくばんごう》：{number}\nすること：{service}\n日《ひ》と 時間《じかん》：{when}\n"
        "場所《ばしょ》：{place}\n住所《じゅうしょ》：{address}\n人数《にんずう》：{party}\n"
    ),
}
BROUGHT = dict.fromkeys(("ja", "en", "ja-easy"), "{bring}\n")
_REPLY = {
    "ja": (
        "■ 来られるかどうか、お知らせください\n・行きます\n{coming_link}\n"
        "・日時を変更します\n{change_link}\n・行けません（予約を取り消します）\n{cancel_link}\n"
    ),
    "en": (
        "Please tell us whether you come\n- I come\n{coming_link}\n"
        "- I want to change the time\n{change_link}\n- I cannot come (cancel)\n{cancel_link}\n"
    ),
    "ja-easy": (
        "■ 来《き》ますか。教《おし》えてください。\n・行《い》きます\n{coming_link}\n"
        "・時間《じかん》を かえます\n{change_link}\n・行《い》けません\n{cancel_link}\n"
    ),
}
CHANGE = {
    "ja": "■ 予約の変更・取り消し\n{change_note}\nこのリンクを、ほかの人に教えないでください。\n{link}\n",
    "en": "Change or cancel your booking\n{change_note}\nDo not share the link with anybody.\n{link}\n",
    "ja-easy": (
        "■ 予約《よやく》を かえる・やめる\n{change_note}\n"
        "この リンクを ほかの人《ひと》に 教《おし》えないでください。\n{link}\n"
    ),
}
ANNOUNCED = dict.fromkeys(("ja", "en", "ja-easy"), "{announcement}\n")
CONTACT = {
    "ja": "お問い合わせ：{phone}\n{city}\n",
    "en": "Questions: {phone} (in Japanese)\n{city}\n",
    "ja-easy": "わからないときは 電話《でんわ》してください：{phone}\n{city}\n",
}

_AGAIN = {
    "ja": "■ もう一度予約するとき\n{again_link}\n",
    "en": "To book again\n{again_link}\n",
    "ja-easy": "■ もういちど 予約《よやく》するとき\n{again_link}\n",
}

WHOLE = (FACTS, ANNOUNCED, BROUGHT, CHANGE, CONTACT)
_REMINDING = (FACTS, _REPLY, ANNOUNCED, BROUGHT, CHANGE, CONTACT)


def letter(language: str, opening: str, *parts: Mapping[str, str]) -> str:
    """Put a mail together from its opening and parts that several mails share."""
    return "\n".join([f"{opening}\n", *(part[language] for part in parts)])


START_LINK = MessageKind(
    name="card_reservation.start_link",
    label=_("予約を始めるためのリンク"),
    placeholders=(LINK, HOURS, PHONE, SERVICE),
    is_asked_for=True,
    subject={
        "ja": "予約を始めるためのリンク",
        "en": "Your link to start booking",
        "ja-easy": "予約《よやく》を はじめる リンク",
    },
    body={
        "ja": (
            "予約を続けるためのリンクです（{service}）。\n"
            "{hours}時間以内に、一度だけ使えます。\n\n{link}\n\n"
            "このメールに心当たりがないときは、そのまま削除してください。予約は行われません。\n\n"
            "お問い合わせ：{phone}\n{city}\n"
        ),
        "en": (
            "This link starts your booking ({service}).\n"
            "It works once, within {hours} hours.\n\n{link}\n\n"
            "If you did not ask for this mail, ignore it. Nothing is booked.\n\n"
            "Questions: {phone} (in Japanese)\n{city}\n"
        ),
        "ja-easy": (
            "予約《よやく》を する リンクです（{service}）。\n"
            "{hours}時間《じかん》の 間《あいだ》に 1回《かい》だけ 使《つか》えます。\n\n"
            "{link}\n\nこのメールが わからないときは、消《け》してください。\n\n"
            "わからないときは 電話《でんわ》してください：{phone}\n{city}\n"
        ),
    },
)

BOOKED = MessageKind(
    name="card_reservation.booked",
    label=_("予約完了"),
    placeholders=(*OF_A_BOOKING, BRING, CHANGE_NOTE, LINK),
    subject={
        "ja": "予約を受け付けました",
        "en": "Your booking is confirmed",
        "ja-easy": "予約《よやく》が できました",
    },
    body={
        "ja": letter("ja", "{service}の予約を受け付けました。", *WHOLE),
        "en": letter("en", "Your visit is booked: {service}.", *WHOLE),
        "ja-easy": letter("ja-easy", "予約《よやく》が できました。", *WHOLE),
    },
)

MOVED = MessageKind(
    name="card_reservation.moved",
    label=_("予約変更完了"),
    placeholders=(*OF_A_BOOKING, BRING, CHANGE_NOTE, LINK),
    subject={
        "ja": "予約を変更しました",
        "en": "Your booking was changed",
        "ja-easy": "予約《よやく》を かえました",
    },
    body={
        "ja": letter("ja", "予約を次のとおり変更しました。", *WHOLE),
        "en": letter("en", "Your booking was changed as follows.", *WHOLE),
        "ja-easy": letter("ja-easy", "予約《よやく》を かえました。", *WHOLE),
    },
)

REMINDER = MessageKind(
    name="card_reservation.reminder",
    label=_("来庁日が近いお知らせ"),
    placeholders=(*OF_A_BOOKING, BRING, CHANGE_NOTE, *OF_A_REMINDER, LINK),
    subject={
        "ja": "ご予約の日が近づきました",
        "en": "Your visit is coming up",
        "ja-easy": "もうすぐ 予約《よやく》の日《ひ》です",
    },
    body={
        "ja": letter("ja", "{service}の予約の日が近づきました。", *_REMINDING),
        "en": letter("en", "Your visit is coming up: {service}.", *_REMINDING),
        "ja-easy": letter("ja-easy", "もうすぐ 予約《よやく》の 日《ひ》です。", *_REMINDING),
    },
)

CANCELLED = MessageKind(
    name="card_reservation.cancelled",
    label=_("予約取消完了"),
    placeholders=(
        *OF_A_BOOKING,
        Placeholder(name="link", label=LINK.label, sample=LINK.sample),
        AGAIN_LINK,
    ),
    subject={
        "ja": "予約を取り消しました",
        "en": "Your booking was cancelled",
        "ja-easy": "予約《よやく》を やめました",
    },
    body={
        "ja": letter("ja", "次の予約を取り消しました。", FACTS, _AGAIN, CONTACT),
        "en": letter("en", "This booking was cancelled.", FACTS, _AGAIN, CONTACT),
        "ja-easy": letter("ja-easy", "この 予約《よやく》を やめました。", FACTS, _AGAIN, CONTACT),
    },
)

PASS_LINK = MessageKind(
    name="card_reservation.pass_link",
    label=_("番号を入力する前のメールアドレスの確認"),
    placeholders=(LINK, PHONE),
    subject={
        "ja": "メールアドレスの確認",
        "en": "Confirm your e-mail address",
        "ja-easy": "メールアドレスの 確認《かくにん》",
    },
    body={
        "ja": (
            "予約を続けるためのリンクです。\n"
            "1時間以内に、一度だけ使えます。\n\n{link}\n\n"
            "このメールに心当たりがないときは、そのまま削除してください。\n\n"
            "お問い合わせ：{phone}\n{city}\n"
        ),
        "en": (
            "Use this link to go on with your booking.\n"
            "It works once, within one hour.\n\n{link}\n\n"
            "If you did not ask for this mail, ignore it.\n\n"
            "Questions: {phone} (in Japanese)\n{city}\n"
        ),
        "ja-easy": (
            "予約《よやく》を つづける リンクです。\n"
            "1時間《じかん》の 間《あいだ》に 1回《かい》だけ 使《つか》えます。\n\n"
            "{link}\n\nこのメールが わからないときは、消《け》してください。\n\n"
            "わからないときは 電話《でんわ》してください：{phone}\n{city}\n"
        ),
    },
)

MESSAGE_KINDS = (START_LINK, BOOKED, MOVED, CANCELLED, PASS_LINK)

NO_MAIL_FROM = 20
"""From this hour on nobody is written to who has asked for nothing."""

NUDGE = MessageKind(
    name="card_reservation.nudge",
    label=_("来なかった方への予約し直しのお願い"),
    placeholders=(
        *(each for each in OF_A_BOOKING if each.name not in ("service", "party", "announcement")),
        Placeholder(
            name="link",
            label=_("予約し直すためのリンク"),
            sample="https://example.jp/booking/…/",
            is_required=True,
        ),
    ),
    subject={
        "ja": "マイナンバーカードの受け取りのご案内",
        "en": "Please book your visit again",
        "ja-easy": "カードを もらう日《ひ》を もういちど きめてください",
    },
    body={
        "ja": (
            "次のご予約の日に、来庁を確認できませんでした。カードはまだお預かりしています。\n\n"
            "予約番号：{number}\n日時：{when}\n場所：{place}\n\n"
            "■ もう一度予約する（このリンクは2週間使えます）\n{link}\n\n"
            "行き違いで受け取りがお済みのときは、このメールを削除してください。\n\n"
            "お問い合わせ：{phone}\n{city}\n"
        ),
        "en": (
            "We missed you at this visit. Your card is still kept for you.\n\n"
            "Booking number: {number}\nDate and time: {when}\nPlace: {place}\n\n"
            "Book again (the link works for two weeks)\n{link}\n\n"
            "If you already have your card, ignore this mail.\n\n"
            "Questions: {phone} (in Japanese)\n{city}\n"
        ),
        "ja-easy": (
            "予約《よやく》の 日《ひ》に 会《あ》えませんでした。\n"
            "カードは まだ 市役所《しやくしょ》に あります。\n\n"
            "予約番号《よやくばんごう》：{number}\n"
            "日《ひ》と 時間《じかん》：{when}\n場所《ばしょ》：{place}\n\n"
            "■ もういちど 予約《よやく》します（2週間《しゅうかん》 使《つか》えます）\n{link}\n\n"
            "もう カードを もっている人《ひと》は、このメールを 消《け》してください。\n\n"
            "わからないときは 電話《でんわ》してください：{phone}\n{city}\n"
        ),
    },
)
