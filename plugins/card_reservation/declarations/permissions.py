"""What staff may do with bookings, and how the audit list says it."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, MaskableColumn, Permission

VIEW = "card_reservation.view_bookings"
BOOK = "card_reservation.book_for_resident"
READ_KIT = "card_reservation.read_paper_kit"
CHANGE_SLOTS = "card_reservation.change_slots"
UNLOCK = "card_reservation.unlock_numbers"
IMPORT_REFERENCES = "card_reservation.import_references"
LOAD_BOOKINGS = "card_reservation.load_bookings"
VIEW_PERSONAL_DATA = "card_reservation.view_personal_data"
SERVE_AT_KIOSK = "card_reservation.serve_at_kiosk"
OVERLAY_NAMES = "card_reservation.overlay_names"

OVER_CAPACITY = "card_reservation.book_over_capacity"
QUEUE = "card_reservation.run_queue"

CALLER_PHONE = "card_reservation.caller_phone"

EVERYBODY = ("counter_clerk", "call_centre", "city_admin")

PERMISSIONS = (
    Permission(name=VIEW, label=_("予約を見る"), roles=EVERYBODY, function=_("予約"), access="view"),
    Permission(
        name=BOOK, label=_("住民に代わって予約・変更・取り消しをする"), roles=EVERYBODY, function=_("予約")
    ),
    Permission(
        name=OVER_CAPACITY,
        label=_("定員を超えて予約を入れる"),
        roles=("city_admin",),
        function=_("予約"),
    ),
    Permission(
        name=QUEUE,
        label=_("窓口の受付と呼び出しをする"),
        roles=("counter_clerk", "city_admin"),
        function=_("予約"),
    ),
    Permission(
        name=READ_KIT,
        label=_("紙の予備リストを開く"),
        roles=("counter_clerk", "city_admin"),
        function=_("紙の予備リスト"),
        access="view",
    ),
    Permission(name=UNLOCK, label=_("番号の照合の制限を見る・解除する"), roles=EVERYBODY, function=_("予約")),
    Permission(
        name=IMPORT_REFERENCES,
        label=_("交付通知書の番号一覧を取り込む"),
        roles=("city_admin",),
        function=_("予約"),
    ),
    Permission(
        name=SERVE_AT_KIOSK,
        label=_("館内の端末で、住民が自分で予約・変更・受付をする"),
        roles=("city_admin",),
        function=_("システム連携"),
    ),
    Permission(
        name=OVERLAY_NAMES,
        label=_("手元のファイルの氏名を予約に重ねて見る"),
        roles=("counter_clerk", "city_admin"),
        function=_("予約"),
        access="view",
    ),
    Permission(
        name=LOAD_BOOKINGS,
        label=_("稼働前に受け付けた予約を取り込む"),
        roles=("city_admin",),
        function=_("予約"),
    ),
    Permission(
        name=VIEW_PERSONAL_DATA,
        label=_("予約での個人情報の扱いを見る"),
        roles=("city_admin", "auditor"),
        function=_("予約での個人情報"),
        access="view",
    ),
    Permission(
        name=CHANGE_SLOTS,
        label=_("予約枠の定員と開け閉めを変更する"),
        roles=("city_admin",),
        function=_("予約"),
    ),
)

# The last four digits are enough to recognise a number that somebody says again.
MASKABLE_COLUMNS = (MaskableColumn(name=CALLER_PHONE, label=_("電話をかけた方の電話番号"), kept=-4),)

AUDIT_PHRASES = (
    AuditPhrase(
        action="card_reservation.book",
        phrase=_("予約を登録した"),
        terms={"web": _("インターネット"), "phone": _("電話")},
    ),
    AuditPhrase(action="card_reservation.day_board", phrase=_("予約一覧")),
    AuditPhrase(action="card_reservation.list", phrase=_("予約の一覧")),
    AuditPhrase(action="card_reservation.no_shows", phrase=_("来なかった方の一覧")),
    AuditPhrase(action="card_reservation.let_go", phrase=_("来なかった方が予約し直せるようにした")),
    AuditPhrase(action="card_reservation.day_list", phrase=_("予約一覧の印刷")),
    AuditPhrase(action="card_reservation.paper_kit", phrase=_("紙の予備リスト")),
    AuditPhrase(action="card_reservation.paper_kits_made", phrase=_("紙の予備リストを作った")),
    AuditPhrase(
        action="card_reservation.slots_changed",
        phrase=_("予約枠を変更した"),
        terms={"day": _("日"), "place": _("場所"), "slots": _("予約枠")},
    ),
    AuditPhrase(action="card_reservation.booking_detail", phrase=_("予約の詳細")),
    AuditPhrase(action="card_reservation.note_caller", phrase=_("電話をかけた方を記録した")),
    AuditPhrase(action="card_reservation.move", phrase=_("予約を変更した")),
    AuditPhrase(action="card_reservation.cancel", phrase=_("予約を取り消した")),
    AuditPhrase(
        action="card_reservation.end_served", phrase=_("予約日より前にカードを交付したので、予約を終えた")
    ),
    AuditPhrase(
        action="card_reservation.leave_served",
        phrase=_("予約日より前にカードを交付した方を、予約から外した"),
    ),
    AuditPhrase(action="card_reservation.reopen", phrase=_("交付を取り消したので、予約を元に戻した")),
    AuditPhrase(
        action="card_reservation.mark_visit",
        phrase=_("来庁の印を付けた"),
        terms={"arrived": _("来庁済み"), "absent": _("来なかった"), "none": _("印なし")},
    ),
    AuditPhrase(action="card_reservation.join_party", phrase=_("予約に家族を加えた")),
    AuditPhrase(action="card_reservation.leave_party", phrase=_("予約から家族を外した")),
    AuditPhrase(action="card_reservation.ask_to_merge", phrase=_("1回の来庁にまとめる申し出を送った")),
    AuditPhrase(action="card_reservation.send_manage_link", phrase=_("予約を確認するリンクを送った")),
    AuditPhrase(action="card_reservation.say_coming", phrase=_("「行きます」と返事をした")),
    AuditPhrase(action="card_reservation.bring_list", phrase=_("持ち物の一覧を作った")),
    AuditPhrase(
        action="card_reservation.join_waiting_list",
        phrase=_("キャンセル待ちに入った"),
        terms={"party_size": _("人数"), "first_day": _("初日")},
    ),
    AuditPhrase(
        action="card_reservation.change_waiting_party",
        phrase=_("キャンセル待ちの人数を変えた"),
        terms={"party_size": _("人数"), "first_day": _("初日")},
    ),
    AuditPhrase(
        action="card_reservation.leave_waiting_list",
        phrase=_("キャンセル待ちをやめた"),
        terms={"party_size": _("人数"), "first_day": _("初日")},
    ),
    AuditPhrase(
        action="card_reservation.offer_place",
        phrase=_("空きをお取りして知らせた"),
        terms={"starts_at": _("日時"), "held_until": _("お取りしておく期限")},
    ),
    AuditPhrase(
        action="card_reservation.offer_lapsed",
        phrase=_("返事がなく、次の方に回した"),
        terms={"party_size": _("人数"), "first_day": _("初日")},
    ),
    AuditPhrase(
        action="card_reservation.wait_over",
        phrase=_("キャンセル待ちの期間が終わった"),
        terms={"party_size": _("人数"), "first_day": _("初日")},
    ),
    AuditPhrase(action="card_reservation.waiting_line", phrase=_("キャンセル待ちの一覧")),
    AuditPhrase(action="card_reservation.decline_offer", phrase=_("空きを見送った")),
    AuditPhrase(
        action="card_reservation.over_capacity",
        phrase=_("定員を超えて予約を入れた"),
        terms={"beyond_capacity": _("定員を超えた理由")},
    ),
    AuditPhrase(
        action="card_reservation.before_card",
        phrase=_("カードが間に合わないおそれのある予約を入れた"),
        terms={"in_spite": _("予約した理由"), "brought_on": _("カードが届く日")},
    ),
    AuditPhrase(action="card_reservation.link_notice", phrase=_("予約を交付通知書と結び付けた")),
    AuditPhrase(
        action="card_reservation.merge",
        phrase=_("2件の予約を1件にまとめた"),
        terms={"merged_number": _("まとめて取り消した予約番号")},
    ),
    AuditPhrase(action="card_reservation.search", phrase=_("予約の検索")),
    AuditPhrase(
        action="card_reservation.turn",
        phrase=_("窓口の受付番号を操作した"),
        terms={
            "turn": _("受付番号"),
            "counter": _("窓口"),
            "waiting": _("待っている"),
            "called": _("呼び出し中"),
            "serving": _("手続き中"),
            "done": _("終了"),
            "missed": _("呼び出しに来なかった"),
            "left": _("帰った"),
            "removed": _("取り消した"),
            "none": _("受付前"),
        },
    ),
    AuditPhrase(action="card_reservation.open_wall", phrase=_("呼び出し画面のアドレスを作った")),
    AuditPhrase(action="card_reservation.close_wall", phrase=_("呼び出し画面のアドレスを消した")),
    AuditPhrase(action="card_reservation.send_start_link", phrase=_("予約開始メールを送った")),
    AuditPhrase(action="card_reservation.send_pass", phrase=_("メールアドレスの確認メールを送った")),
    AuditPhrase(
        action="card_reservation.guesses_alarm",
        phrase=_("番号の照合の失敗が増えた"),
        terms={
            "level": _("段階"),
            "failures": _("失敗の件数"),
            "proof": _("計算による確認"),
            "mail": _("メールアドレスの確認"),
            "closed": _("電話だけの受付"),
        },
    ),
    AuditPhrase(
        action="card_reservation.unlock_number",
        phrase=_("番号の照合の制限を解除した"),
        terms={"failures": _("失敗の件数")},
    ),
    AuditPhrase(action="card_reservation.counter_drifted", phrase=_("予約枠の件数の不一致を検出した")),
)
