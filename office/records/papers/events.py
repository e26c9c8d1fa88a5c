"""The events of batches in the audit journal: identifiers and counts only."""

from __future__ import annotations

from office.audit.events import declare

BATCH_MADE = declare("paper-batch.made", "紙のまとまりを取り込みました", "source", "files", "bytes")
BATCH_MOVED = declare("paper-batch.moved", "紙の読み取りを止めたり再開したりしました", "state")
BATCH_READ = declare(
    "paper-batch.read",
    "紙のまとまりを読み終えました",
    "pages",
    "unreadable",
    "known",
    "accepted",
    "asked",
    "rejected",
    "drafts",
)
PAGES_ASKED_AGAIN = declare("paper-batch.asked-again", "読み取れなかったページの再読を頼みました", "pages")
PAGE_ASSIGNED = declare("paper.assigned", "紙の様式を職員が決めました", "procedure", "version", "sheet")
PAGE_READ_AGAIN = declare("paper.read-again", "紙をもう一度読み取りました", "sha256", "fields")
PAPER_SEARCHED = declare("paper.searched", "取り込んだ紙を探しました", "found")
DRAFT_MADE = declare("paper-draft.made", "紙から申請の下書きを作りました", "application", "pages", "lacks")
DRAFT_MATCHED = declare(
    "paper-draft.matched", "紙の申請者を住民の台帳と突き合わせました", "application", "candidates", "resident"
)
DRAFTS_APPROVED = declare("paper-batch.approved", "紙の下書きをまとめて確認しました", "drafts", "unattended")
DRAFT_WITHDRAWN = declare("paper-draft.withdrawn", "紙の下書きをやめました", "application")
REPORT_TAKEN = declare("paper-batch.report-taken", "読み取りの報告書を取り出しました", "format")
ARCHIVE_WANTED = declare("paper-batch.archive-wanted", "保存用PDFの作成を頼みました", "parts")
ARCHIVE_MADE = declare("paper-archive.made", "保存用PDFを作りました", "part", "pages", "sha256", "length")
ARCHIVE_TAKEN = declare("paper-archive.taken", "保存用PDFを取り出しました", "part", "sha256")
COMPARISON_WANTED = declare("paper-comparison.wanted", "今のエンジンでの読み比べを頼みました", "pages")
COMPARISON_READ = declare("paper-comparison.read", "読み比べの結果を見ました", "changed")
