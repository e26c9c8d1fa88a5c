"""Words and colours of the console."""

from __future__ import annotations

STATES = {
    "queued": ("待ち", "plain"),
    "running": ("実行中", "key"),
    "waiting": ("人の確認待ち", "warn"),
    "done": ("完了", "good"),
    "failed": ("失敗", "bad"),
    "cancelled": ("中止", "plain"),
}
"""Title and badge of each state of a run."""

ITEM_STATES = {
    "done": ("書きました", "good"),
    "skipped": ("そのまま", "plain"),
    "business": ("人が確認", "warn"),
    "failed": ("失敗", "bad"),
    "planned": ("予定", "key"),
}
"""Title and badge of each state of an item."""

STEP_STATES = {
    "running": ("途中", "key"),
    "done": ("完了", "good"),
    "business": ("人の確認待ち", "warn"),
    "failed": ("失敗", "bad"),
}
"""Title and badge of each state of a step."""

COMING, MISSED = ("予定", "key"), ("未実行", "bad")
DATE_STATES = {
    "due": COMING,
    "fired": ("実行済み", "good"),
    "caught-up": ("後から実行", "good"),
    "waived": ("見送り", "plain"),
}
"""Title and badge of each state of a schedule's date; one that is due and gone by is MISSED."""

COUNTS = {
    "applications": "申請",
    "people": "人",
    "changes": "変更",
    "checked": "読み返し",
    "yen": "金額（円）",
    "done": "書きました",
    "skipped": "そのまま",
    "business": "人が確認",
    "failed": "失敗",
    "planned": "予定",
}
"""Titles of counts; one that is not here is shown by its own name."""
