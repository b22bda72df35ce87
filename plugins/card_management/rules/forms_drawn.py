"""The forms with which a city begins: our own drawings of the usual applications, not the State's."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from plugins.card_management.rules.forms_layout import Layout, Mark, Option, Place

LEFT, RIGHT, LABEL = 20.0, 190.0, 38.0
SAMPLE: Final = "この様式は見本です。国や市区町村が定めた様式そのものではありません。"
Cell = tuple[Place, float]


class Drawing:
    """Rows from the top of a sheet downwards: what is drawn, and what is filled in."""

    def __init__(self, *, title: str, top: float = 49.0) -> None:
        self.marks: list[Mark] = [
            Mark(shape="text", x=LEFT, y=7, w=130, h=5, size=7, text=SAMPLE),
            Mark(
                shape="title",
                x=LEFT,
                y=22,
                w=RIGHT - LEFT,
                h=11,
                size=16,
                text=title,
                align="center",
                bold=True,
            ),
        ]
        self.places: list[Place] = [
            _text("mayor", "あて先", "city:city.mayor", after="　あて", x=LEFT, y=38, w=80, h=7, size=11),
            _text("today", "申請日", "city:city.today", x=120, y=38, w=70, h=7, size=11, align="right"),
            _text("code", "受付の符号", "", kind="qr", need="optional", x=172, y=5, w=16, h=16),
        ]
        self.y = top

    def row(self, *cells: Place, height: float = 11.0) -> None:
        """Draw a row of labelled fields of one height, side by side."""
        width = (RIGHT - LEFT) / len(cells)
        for turn, cell in enumerate(cells):
            self._cell(cell, LEFT + turn * width, width, height)
        self.y += height

    def heading(self, text: str) -> None:
        """Draw a heading above the next rows."""
        self.y += 4
        self.marks.append(Mark(shape="text", x=LEFT, y=self.y, w=170, h=6, size=10, text=text, bold=True))
        self.y += 7

    def words(self, text: str, *, size: float = 9.0) -> None:
        """Draw some lines of print."""
        height = 5.0 * (text.count("\n") + 1)
        self.y += 3
        self.marks.append(Mark(shape="text", x=LEFT, y=self.y, w=170, h=height, size=size, text=text))
        self.y += height

    def signature(self, label: str = "申請者の署名") -> None:
        """Draw the box for a signature."""
        self.y += 5
        self._cell(
            Place(name="signature", label=label, source="", kind="signature", x=0, y=0, w=1, h=1),
            LEFT,
            170,
            20,
        )
        self.y += 20

    def done(self, **facts: str) -> Layout:
        """Give the layout."""
        return Layout(marks=tuple(self.marks), places=tuple(self.places), facts=facts)

    def _cell(self, cell: Place, x: float, width: float, height: float) -> None:
        label = min(LABEL, width * 0.45)
        self.marks += [
            Mark(shape="box", x=x, y=self.y, w=label, h=height, stroke=0.25, fill=0.94),
            Mark(shape="text", x=x + 2, y=self.y, w=label - 3, h=height, size=8.5, text=cell.label),
            Mark(shape="box", x=x + label, y=self.y, w=width - label, h=height, stroke=0.25),
        ]
        at = (x + label + 2, self.y + 0.6, width - label - 4, height - 1.2)
        if cell.kind == "choice":
            self._options(cell, at)
        else:
            self.places.append(_moved(cell, at))

    def _options(self, cell: Place, at: tuple[float, float, float, float]) -> None:
        x, y, width, height = at
        step = width / len(cell.options)
        options = []
        for turn, one in enumerate(cell.options):
            corner = x + turn * step
            options.append(
                Option(value=one.value, label=one.label, x=corner, y=y + height / 2 - 3.5, w=step - 1, h=7)
            )
            self.marks.append(
                Mark(
                    shape="text", x=corner, y=y, w=step - 1, h=height, size=9, text=one.label, align="center"
                )
            )
        self.places.append(_moved(cell, at, options=tuple(options)))


def _moved(cell: Place, at: tuple[float, float, float, float], *, options: Sequence[Option] = ()) -> Place:
    x, y, width, height = (round(each, 2) for each in at)
    return replace(cell, x=x, y=y, w=width, h=height, options=tuple(options))


def _text(name: str, label: str, source: str, **more: object) -> Place:
    where = {"x": 0.0, "y": 0.0, "w": 1.0, "h": 1.0} | more
    return Place(name=name, label=label, source=source, **where)  # type: ignore[arg-type]


def _wrap(name: str, label: str, source: str, **more: object) -> Place:
    return _text(name, label, source, fit="wrap", least=5.0, **more)


def _choice(name: str, label: str, source: str, *words: tuple[str, str], need: str = "required") -> Place:
    options = tuple(Option(value=value, label=word, x=0, y=0, w=1) for value, word in words)
    return _text(name, label, source, kind="choice", options=options, need=need)


def _holder(form: Drawing) -> None:
    form.heading("申請者（カードの名義人）")
    form.row(_text("kana", "フリガナ", "holder.kana", size=9.0), height=8)
    form.row(_wrap("name", "氏名", "holder.name", size=14.0), height=13)
    form.row(
        _text("born", "生年月日", "holder.born"),
        _choice("sex", "性別", "holder.sex", ("male", "男"), ("female", "女")),
    )
    form.row(_text("postcode", "郵便番号", "holder.postcode", before="〒", need="optional"), height=8)
    form.row(_wrap("address", "住所", "holder.address"), height=15)


def application() -> Layout:
    """Draw the application for a card: a first one, a renewal, a reissue."""
    form = Drawing(title="マイナンバーカード交付申請書")
    _holder(form)
    form.row(_text("phone", "電話番号", "holder.phone", need="optional"))
    form.heading("申請の内容")
    form.row(
        _choice(
            "reason",
            "申請の理由",
            "card.reason",
            ("new", "はじめて"),
            ("renewal", "更新"),
            ("reissue", "再交付"),
            ("other", "その他"),
        )
    )
    form.row(
        _text("reference", "交付通知書の番号", "card.reference", need="optional"),
        _text("application_id", "申請書ID", "card.application_id", need="optional", size=9.0),
    )
    form.words(
        "上記のとおり、マイナンバーカードの交付を申請します。\n申請の内容に誤りがないことを確かめました。"
    )
    form.signature()
    return form.done()


def certificate() -> Layout:
    """Draw the application for the certificates on the chip."""
    form = Drawing(title="電子証明書 発行・更新申請書")
    _holder(form)
    form.heading("申請の内容")
    words = (("issue", "新規発行"), ("renew", "更新"), ("revoke", "失効"))
    form.row(_choice("action", "手続き", "form:action", *words))
    form.row(
        _choice("signing", "署名用電子証明書", "form:signing", ("yes", "申請する"), ("no", "しない")),
        _choice(
            "authentication",
            "利用者証明用電子証明書",
            "form:authentication",
            ("yes", "申請する"),
            ("no", "しない"),
        ),
    )
    form.words(
        "署名用電子証明書は、住所・氏名などが変わると失効します。\n暗証番号はこの用紙に書かないでください。"
    )
    form.signature()
    return form.done(action="renew", signing="yes", authentication="yes")


def pin() -> Layout:
    """Draw the application for new or unlocked personal identification numbers; none of them is written."""
    form = Drawing(title="暗証番号 変更・初期化申請書")
    _holder(form)
    form.heading("申請の内容")
    form.row(_choice("action", "手続き", "form:action", ("reset", "初期化（再設定）"), ("change", "変更")))
    pairs = (
        (("signing", "署名用電子証明書"), ("authentication", "利用者証明用電子証明書")),
        (("register", "住民基本台帳用"), ("surface", "券面事項入力補助用")),
    )
    for pair in pairs:
        form.row(*(_choice(name, label, "", ("yes", "対象にする"), need="optional") for name, label in pair))
    form.words("暗証番号はこの用紙に書かないでください。ご本人が端末で入力します。")
    form.signature()
    return form.done(action="reset")


def change() -> Layout:
    """Draw the notice of what changed on the card: the old words from the chip, the new from the register."""
    form = Drawing(title="マイナンバーカード 券面記載事項変更届")
    _holder_now(form)
    form.heading("カードに今書いてあること")
    form.row(_wrap("old_name", "氏名（変更前）", "chip:holder.name", need="optional"), height=12)
    form.row(_wrap("old_address", "住所（変更前）", "chip:holder.address", need="optional"), height=14)
    form.row(_text("changed_on", "異動の日", "register:change.on", need="optional"))
    form.words("上記のとおり、カードに記載した事項が変わったことを届け出ます。")
    form.signature("届出者の署名")
    return form.done()


def _holder_now(form: Drawing) -> None:
    form.heading("届け出る方（カードの名義人）")
    form.row(_text("kana", "フリガナ", "holder.kana", size=9.0), height=8)
    form.row(_wrap("name", "氏名（変更後）", "register:holder.name", size=14.0), height=13)
    form.row(_text("born", "生年月日", "holder.born"))
    form.row(_wrap("address", "住所（変更後）", "register:holder.address"), height=15)


def lost() -> Layout:
    """Draw the notice that a card was lost, found again or given back."""
    form = Drawing(title="マイナンバーカード 紛失・発見・返納届")
    _holder(form)
    form.row(_text("phone", "電話番号", "holder.phone", need="optional"))
    form.heading("届出の内容")
    form.row(
        _choice("action", "届出", "form:action", ("lost", "紛失"), ("found", "発見"), ("returned", "返納"))
    )
    form.row(
        _text("lost_on", "なくした日", "", need="optional"), _text("lost_at", "場所", "", need="optional")
    )
    form.row(
        _text("police", "届け出た警察署", "", need="optional"),
        _text("police_number", "受理番号", "", need="optional"),
    )
    form.words("上記のとおり届け出ます。")
    form.signature("届出者の署名")
    return form.done(action="lost")
