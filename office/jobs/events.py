"""The events of runs and schedule dates in the audit journal."""

from __future__ import annotations

from office.audit.events import declare

RUN_REQUESTED = declare("run.requested", "実行を申し込みました", "robot", "dry_run", "nominal_on")
RUN_CANCELLED = declare("run.cancelled", "実行を中止しました", "robot")
RUN_RESUMED = declare("run.resumed", "実行を再開しました", "robot", "attempt")
RUN_ENDED = declare("run.ended", "実行が終わりました", "robot", "state", "attempt")
DATE_CAUGHT_UP = declare("date.caught-up", "過ぎた予定日の実行を申し込みました", "run")
DATE_WAIVED = declare("date.waived", "予定日を見送りました", "reason")
