"""Every event of the journal, declared once with exactly the keys it carries.

A call with more or fewer keys raises, so that the trail cannot rot quietly (style.md §3). Values are
identifiers, hashes, codes and counts; a text with anything else in it is refused by `journal.write`,
so that no name can slip in. What a person wrote goes in as a commitment (`commitments.commit`).
"""

from __future__ import annotations

from dataclasses import dataclass

_DECLARED: dict[str, Event] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of act: `name` is `subject.act`, `title` Japanese, `keys` the details it carries."""

    name: str
    title: str
    keys: frozenset[str]


def declare(name: str, title: str, *keys: str) -> Event:
    """Declare an event; a name can be declared once only."""
    if name in _DECLARED:
        raise ValueError(f"{name} is declared twice")
    _DECLARED[name] = Event(name, title, frozenset(keys))
    return _DECLARED[name]


def declared() -> tuple[Event, ...]:
    """Every event declared so far, by name."""
    return tuple(_DECLARED[name] for name in sorted(_DECLARED))


def event_named(name: str) -> Event | None:
    """The event of a name, None when it is not known here."""
    return _DECLARED.get(name)


OFFICER_ADDED = declare("officer.added", "職員を登録しました", "roles")
OFFICER_CHANGED = declare("officer.changed", "職員の役割を変えました", "roles", "active")
OFFICER_PASSWORD_SET = declare("officer.password-set", "パスワードを設定しました")
OFFICER_SIGNED_IN = declare("officer.signed-in", "サインインしました")
OFFICER_SIGN_IN_REFUSED = declare("officer.sign-in-refused", "サインインを断りました", "cause")
OFFICER_SIGNED_OUT = declare("officer.signed-out", "サインアウトしました")
OFFICER_CONFIRMED = declare("officer.confirmed", "パスワードで本人を確かめました")

RESIDENTS_SEARCHED = declare("residents.searched", "住民を検索しました", "found")
HOUSEHOLD_READ = declare("household.read", "世帯の情報を聞き取りに使いました")
NOTICE_SEARCHED = declare("notice.searched", "転出証明書情報を探しました", "found")
NOTICE_READ = declare("notice.read", "転出証明書情報を聞き取りに使いました")

CASE_OPENED = declare("case.opened", "聞き取りを始めました", "life_event", "language")
CASE_SAVED = declare("case.saved", "聞き取りを保存しました", "answers")
CASE_SHOWN = declare("case.shown", "申請書を表示しました", "documents", "nonce")
CASE_LANGUAGE_CHOSEN = declare("case.language-chosen", "表示のことばを選びました", "language")
CASE_OBJECTED = declare("case.objected", "申請者が内容の違いを知らせました", "application")
CASE_REOPENED = declare("case.reopened", "聞き取りに戻りました")
CASE_CLOSED = declare("case.closed", "聞き取りをとりやめました")
CASE_SIGNED = declare("case.signed", "申請者が署名しました", "evidence", "evidence_class", "documents")
CASE_WAY_CHOSEN = declare("case.way-chosen", "署名のしかたを選びました", "way")
CASE_PRINTED = declare("case.printed", "署名してもらう書類を印刷用に出しました", "documents")
CASE_WITNESSED = declare("case.witnessed", "署名に立ち会い、パスワードで確かめました", "part")
CASE_ASKED = declare("case.asked", "質問を住民の画面にたずねました", "facts")
CASE_HELP_WANTED = declare("case.help-wanted", "住民が「わからない」を選びました", "fact")
CASE_LINE_WRONG = declare("case.line-wrong", "申請者が項目の違いを知らせました", "application", "box")
CASE_LOOK_CHOSEN = declare("case.look-chosen", "文字の大きさや色を選びました", "text_size", "contrast")
FACE_LOCKED = declare("face.locked", "触れないまま時間がたち、住民の画面を閉じました")
SCREEN_HIDDEN = declare("screen.hidden", "職員の画面を隠しました", "cause")
SCREEN_OPENED = declare("screen.opened", "隠した画面を開きました")
SCAN_ATTACHED = declare("scan.attached", "署名した紙の画像を付けました", "receipt_number", "sha256", "length")

CASE_ANSWER_UNDONE = declare("case.answer-undone", "最後の答えを取り消しました", "fact")
CASE_HANDED_ON = declare("case.handed-on", "聞き取りを引き継ぎに出しました", "handover")
CASE_TAKEN_UP = declare("case.taken-up", "聞き取りを引き継ぎました", "handover")
CASE_DOUBLES_SETTLED = declare("case.doubles-settled", "重複のおそれを確かめて進めました", "found", "reason")
CARD_READ = declare("card.read", "本人確認書類をカードから読みました", "kind")
PRE_ENTRY_TAKEN = declare(
    "pre-entry.taken", "事前入力を聞き取りに使いました", "digest", "answers", "repeated"
)
REGISTER_IMPORTED = declare(
    "register.imported", "住民の台帳を取り込みました", "sha256", "added", "changed", "unchanged"
)

APPLICATION_FILED = declare(
    "application.filed", "申請を受け付けました", "receipt_number", "procedure", "version", "channel", "sha256"
)
APPLICATION_WITHDRAWN = declare("application.withdrawn", "申請を取り下げました", "receipt_number")
APPLICATION_ACCEPTED = declare("application.accepted", "申請を受理しました", "receipt_number", "reason")
APPLICATION_RETURNED = declare("application.returned", "申請を返戻しました", "receipt_number", "reason")
APPLICATION_GRANTED = declare("application.granted", "申請を承認しました", "receipt_number", "reason")
APPLICATION_REFUSED = declare("application.refused", "申請を却下しました", "receipt_number", "reason")
APPLICATION_READ = declare("application.read", "申請の内容を見ました")
CORRECTION_BEGUN = declare("correction.begun", "返戻した申請の補正を始めました", "receipt_number", "boxes")
CORRECTION_SAVED = declare("correction.saved", "補正の内容を保存しました", "box")
APPLICATION_CORRECTED = declare(
    "application.corrected", "補正した申請を作りました", "receipt_number", "successor"
)
DOCUMENT_READ = declare("document.read", "申請書PDFを取り出しました", "kind", "sha256")

PAPER_STORED = declare("paper.stored", "紙の申請書を取り込みました", "sha256", "page")
PAPER_CONFIRMED = declare("paper.confirmed", "読み取り結果を確認しました", "application", "corrected")
PAPER_DISCARDED = declare("paper.discarded", "取り込んだ紙を除きました", "cause")
READING_PROMISE_SET = declare(
    "reading-promise.set", "読み取りの確かさの約束を決めました", "per_10k", "kinds", "drawn"
)
PAPER_DECIDED = declare("paper.decided", "読み取りの疑問を確かめました", "field", "kind", "entry")
PAPER_ASKED_AGAIN = declare("paper.asked-again", "読めなかった欄をもう一度たずねました", "field")
PAPER_DECISION_UNDONE = declare(
    "paper.decision-undone", "読み取りの確認を取り消しました", "field", "kind", "entry"
)

PAPER_TABLE_STORED = declare("paper-table.stored", "紙の一覧表を読み取りました", "pages", "rows", "asked")
PAPER_TABLE_SAVED = declare("paper-table.saved", "読み取った表を直しました", "rows", "decided", "changed")
PAPER_TABLE_TAKEN = declare("paper-table.taken", "読み取った表の内容を確定しました", "rows", "sha256")
PAPER_TABLE_READ = declare("paper-table.read", "確定した表を書き出しました", "rows", "sha256")
PAPER_TABLE_DISCARDED = declare("paper-table.discarded", "読み取った表を除きました", "cause")
PAPER_TABLE_REOPENED = declare("paper-table.reopened", "表の確定を取り消しました")
PAPER_LIST_MADE = declare("paper-list.made", "一覧表の読み取りを頼みました", "files", "source")
PAPER_LIST_READ = declare(
    "paper-list.read", "一覧表を読み終えました", "tables", "read", "unreadable", "known"
)
_POSTED = ("table", "kind", "target", "rows", "sha256")
LIST_POSTING_ASKED = declare("list-posting.asked", "一覧表の記入・支払いの承認を頼みました", *_POSTED)
LIST_POSTING_APPROVED = declare("list-posting.approved", "一覧表の記入・支払いを承認しました", *_POSTED)
LIST_POSTING_WITHDRAWN = declare("list-posting.withdrawn", "一覧表の記入・支払いを取り下げました", "cause")
LIST_POSTING_DONE = declare("list-posting.done", "一覧表の記入・支払いを終えました", "run", "rows")
LIST_PAYMENT_PLANNED = declare(
    "list-payment.planned", "一覧表から支払いを予定しました", "posting", "page", "line", "amount"
)
LIST_PAYMENT_SENT = declare("list-payment.sent", "一覧表の支払いを振込データに入れました", "run", "amount")

_OLDER = ("procedure", "version", "revision", "zones", "sha256")
OLDER_FORM_DECLARED = declare("older-form.declared", "旧様式を登録しました", *_OLDER)
OLDER_FORM_CHANGED = declare("older-form.changed", "旧様式の読み取る欄を変えました", *_OLDER)
OLDER_FORM_USED = declare("older-form.used", "旧様式を使い始めました", *_OLDER)
OLDER_FORM_RETIRED = declare("older-form.retired", "旧様式を使うのをやめました", *_OLDER)

PAYMENT_PLANNED = declare("payment.planned", "支払いを予定しました", "application", "benefit_month", "amount")
PAYMENT_RELEASED = declare(
    "payment.released",
    "支払いの予定を取り消しました",
    "run",
    "application",
    "benefit_month",
    "amount",
    "reason",
)
PAYMENT_SENT = declare("payment.sent", "振込データに入れました", "run", "amount")

SURVEY_MADE = declare("survey.made", "アンケートを作りました", "slug")
SURVEY_CHANGED = declare("survey.changed", "アンケートを直しました", "questions", "sha256")
SURVEY_OPENED = declare("survey.opened", "アンケートの受付を始めました", "sha256")
SURVEY_CLOSED = declare("survey.closed", "アンケートの受付を終わりました", "answers")
SURVEY_ARCHIVED = declare("survey.archived", "アンケートを保管しました", "answers")
SURVEY_CODES_MADE = declare("survey.codes-made", "アンケートの回答券を作りました", "codes")
SURVEY_EXPORTED = declare("survey.exported", "アンケートの結果を取り出しました", "format", "answers")

ROUTE_SAVED = declare("route.saved", "決裁ルートを決めました", "steps", "active", "sha256")
DEPUTY_NAMED = declare("deputy.named", "代決者を決めました", "principal", "deputy", "from_on", "until_on")
DEPUTY_ENDED = declare("deputy.ended", "代決を終わりました", "principal", "deputy")
CIRCULATION_STARTED = declare("circulation.started", "回議を始めました", "round", "step", "papers")
CIRCULATION_APPROVED = declare(
    "circulation.approved", "回議で承認しました", "round", "step", "on_behalf_of", "finished", "reason"
)
CIRCULATION_RETURNED = declare(
    "circulation.returned", "回議で差し戻しました", "round", "step", "to", "on_behalf_of", "reason"
)
CIRCULATION_REFUSED = declare(
    "circulation.refused", "回議で否決しました", "round", "step", "on_behalf_of", "reason"
)
CIRCULATION_PULLED_BACK = declare(
    "circulation.pulled-back", "回議を引き戻しました", "round", "step", "reason"
)
PURCHASE_MADE = declare("purchase.made", "契約の書類をまとめ始めました")
CONTRACT_PAPER_ADDED = declare("contract-paper.added", "契約の書類を加えました", "application", "procedure")
CONTRACT_PAPER_REMOVED = declare(
    "contract-paper.removed", "契約の書類を外しました", "application", "procedure", "reason"
)
DIFFERENCE_EXPLAINED = declare("difference.explained", "書類の違いに理由を付けました", "difference", "reason")

TABLET_ENROLLED = declare("tablet.enrolled", "オフラインで使う端末を登録しました")
TABLET_REVOKED = declare("tablet.revoked", "端末の登録を止めました", "unsent")
TABLET_RESTORED = declare("tablet.restored", "止めた端末をまた使えるようにしました")
CASE_ARRIVED = declare(
    "case.arrived", "端末に保存された聞き取りが届きました", "tablet", "client_id", "sha256", "state", "cause"
)
ARRIVAL_OPENED = declare("arrival.opened", "届いた内容から聞き取りを開きました", "case")
ARRIVAL_SETTLED = declare("arrival.settled", "届いた内容を確認ずみにしました", "cause")

COUNTER_SAVED = declare("counter.saved", "窓口の設定を保存しました", "services", "active", "bookings")
BOOKING_MADE = declare("booking.made", "来庁の予約を受け付けました", "service", "counter", "starts_at")
BOOKING_MOVED = declare("booking.moved", "来庁の予約の日時を変えました", "counter", "starts_at")
BOOKING_CANCELLED = declare("booking.cancelled", "来庁の予約を取り消しました")
TICKET_ISSUED = declare("ticket.issued", "番号札を発行しました", "service", "number", "booking")
TICKET_CALLED = declare("ticket.called", "番号を呼びました", "counter", "calls")
TICKET_SKIPPED = declare("ticket.skipped", "呼んでも見えない番号をあとに回しました")
TICKET_RETURNED = declare("ticket.returned", "あとに回した番号を待ちに戻しました")
TICKET_HANDED = declare("ticket.handed", "番号を別の窓口へ渡しました", "counter")
TICKET_FINISHED = declare("ticket.finished", "番号の対応を終わりました")
TICKET_CONNECTED = declare("ticket.connected", "番号と聞き取りを結びました", "case")
MEASURES_EXPORTED = declare("measures.exported", "窓口の実績を取り出しました", "from_on", "to_on", "rows")

DRAFT_BEGUN = declare("draft.begun", "手続の下書きを始めました", "version")
DRAFT_SAVED = declare("draft.saved", "手続の下書きを保存しました", "version", "file", "sha256")
DRAFT_PUBLISHED = declare("draft.published", "手続の下書きを公開しました", "version")
DRAFT_DISCARDED = declare("draft.discarded", "手続の下書きを捨てました", "version")

CHECKPOINT_MADE = declare("journal.checkpoint", "証跡の検証点に署名しました", "size", "root")
