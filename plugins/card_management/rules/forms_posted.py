"""The letters, envelopes and labels with which a city begins."""

from typing import Final

from plugins.card_management.rules.forms_layout import Grid, Layout, Mark, Place

# Where the window of a long envelope (長形3号) shows a sheet that is folded in three.
WINDOW_X, WINDOW_Y, WINDOW_W = 22.0, 18.0, 84.0


def _text(
    name: str, label: str, source: str, box: tuple[float, float, float, float], **more: object
) -> Place:
    x, y, w, h = box
    return Place(name=name, label=label, source=source, x=x, y=y, w=w, h=h, **more)  # type: ignore[arg-type]


def _address(x: float, y: float, w: float, *, size: float = 11.0) -> tuple[Place, ...]:
    return (
        _text(
            "postcode", "郵便番号", "holder.postcode", (x, y, w, 5), before="〒", need="optional", size=size
        ),
        _text("address", "住所", "holder.address", (x, y + 5.5, w, 13), fit="wrap", size=size, least=6.0),
        _text(
            "name",
            "氏名",
            "holder.name",
            (x, y + 19, w, 8),
            after="　様",
            fit="wrap",
            size=size + 2,
            least=7.0,
        ),
    )


def _printed(y: float, text: str, *, size: float = 10.5, bold: bool = False, height: float = 6.0) -> Mark:
    lines = text.count("\n") + 1
    return Mark(shape="text", x=22, y=y, w=166, h=max(height, 6.2 * lines), size=size, text=text, bold=bold)


def _facts(y: float, *rows: Place) -> tuple[tuple[Mark, ...], tuple[Place, ...]]:
    marks: list[Mark] = []
    places: list[Place] = []
    for turn, row in enumerate(rows):
        top = y + turn * 11
        marks += [
            Mark(shape="box", x=22, y=top, w=48, h=11, stroke=0.25, fill=0.94),
            Mark(shape="text", x=24, y=top, w=45, h=11, size=9.5, text=row.label),
            Mark(shape="box", x=70, y=top, w=118, h=11, stroke=0.25),
        ]
        places.append(_text(row.name, row.label, row.source, (72, top + 0.5, 114, 10), **_look(row)))
    return tuple(marks), tuple(places)


def _look(row: Place) -> dict[str, object]:
    return {"need": row.need, "size": row.size, "fit": "wrap", "bold": row.bold}


def _row(name: str, label: str, source: str, *, need: str = "optional", size: float = 11.0) -> Place:
    return Place(name=name, label=label, source=source, need=need, size=size, x=0, y=0, w=1, h=1)


CODES: Final = (
    _text("bars", "文書番号", "city:letter.number", (128, 16, 60, 12), kind="nw7"),
    _text("number", "文書番号", "city:letter.number", (128, 28.5, 60, 4), size=8.0, align="center"),
    _text("square", "窓口用のQRコード", "card.reference", (168, 35, 20, 20), kind="qr"),
    _text("sender", "差出人", "city:city.sender", (118, 36, 48, 18), fit="wrap", size=9.0, least=6.0),
)


ROWS: Final = (
    _row("reference", "交付通知書の番号", "card.reference", need="required", size=14.0),
    _row("place", "受取場所", "city:city.place"),
    _row("phone", "問い合わせ先", "city:city.phone"),
    _row("deadline", "受取期限", "city:card.deadline"),
)
NOTICE: Final = (
    Mark(shape="title", x=22, y=72, w=166, h=10, size=15, text="マイナンバーカードができました", bold=True),
    _printed(
        86,
        "あなたのマイナンバーカードができました。予約をしてから、受け取りにお越しください。\n"
        "予約には、下の番号と生年月日が必要です。",
    ),
    _printed(162, "予約のしかた", size=12, bold=True),
    _printed(
        169,
        "右のQRコードをスマートフォンで読み取るか、下のアドレスを開いてください。\n電話でも予約できます。",
    ),
    _printed(206, "お持ちいただくもの", size=12, bold=True),
    _printed(
        213,
        "・この通知書\n・通知カードまたは個人番号通知書（お持ちの方）\n"
        "・本人確認書類（運転免許証など。ない方は問い合わせてください）\n"
        "・古いマイナンバーカード（お持ちの方）",
    ),
)
NUDGE: Final = (
    Mark(
        shape="title",
        x=22,
        y=72,
        w=166,
        h=10,
        size=15,
        text="マイナンバーカードの受け取りのお願い",
        bold=True,
    ),
    _printed(
        86,
        "あなたのマイナンバーカードは、まだ受け取られていません。\n"
        "受取期限を過ぎると、カードは廃棄されることがあります。\n"
        "行き違いで受け取りがお済みのときは、ご容赦ください。",
    ),
    _printed(
        170,
        "受け取りには予約が必要です。QRコードかアドレスから予約するか、電話でご連絡ください。",
    ),
)


def notice() -> Layout:
    """Draw the notice that a card is there, as a letter for an envelope with a window."""
    return _letter(NOTICE, facts=106, link=184, square=160)


def nudge() -> Layout:
    """Draw the letter to somebody whose card has waited for long."""
    return _letter(NUDGE, facts=118, link=182, square=180)


def _letter(words: tuple[Mark, ...], *, facts: float, link: float, square: float) -> Layout:
    marks, places = _facts(facts, *ROWS)
    address = "city:city.link"
    look = {"size": 11.0, "fit": "wrap", "need": "optional"}
    return Layout(
        marks=(*words, *marks),
        places=(
            *_address(WINDOW_X, WINDOW_Y, WINDOW_W),
            *CODES,
            *places,
            _text("link", "予約のアドレス", address, (22, link, 110, 8), **look),
            _text(
                "link_square",
                "予約ページのQRコード",
                address,
                (158, square, 30, 30),
                kind="qr",
                need="optional",
            ),
        ),
    )


def envelope() -> Layout:
    """Draw the face of a long envelope (長形3号) that is fed with its short side first."""
    return Layout(
        width=120.0,
        height=235.0,
        places=(
            _text(
                "postcode",
                "郵便番号",
                "holder.digits",
                (58, 12, 52, 8),
                kind="boxes",
                pitch=7.2,
                need="optional",
                size=13.0,
            ),
            _text("address", "住所", "holder.address", (18, 60, 88, 26), fit="wrap", size=13.0, least=7.0),
            _text(
                "name",
                "氏名",
                "holder.name",
                (18, 92, 88, 14),
                after="　様",
                fit="wrap",
                size=17.0,
                least=8.0,
            ),
            _text("sender", "差出人", "city:city.sender", (18, 196, 88, 24), fit="wrap", size=9.0, least=6.0),
            _text("bars", "文書番号", "city:letter.number", (18, 120, 60, 11), kind="nw7"),
        ),
    )


def labels() -> Layout:
    """Draw twelve labels on a sheet, two across and six down."""
    return Layout(
        grid=Grid(columns=2, rows=6, left=18.6, top=21.6, across=86.4, down=42.3),
        places=(
            *_address(6, 4, 74, size=10.5),
            _text("reference", "番号", "card.reference", (6, 32, 26, 6), size=8.0),
            _text("bars", "文書番号", "city:letter.number", (34, 32, 46, 7), kind="nw7"),
        ),
    )
