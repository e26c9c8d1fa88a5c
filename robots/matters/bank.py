"""The city's agreement with its bank, and a 総合振込 file of its rows: written, read back, added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from forms.values.dates import show_era
from office import clock
from office.calendar.preview import calendars_of
from office.jobs.job import BusinessException
from office.platform import Platform
from robots import city_data
from robots.errors import ExchangeRefused
from robots.exchanges.banks import BankMaster
from robots.exchanges.files import hand_over
from robots.exchanges.zengin.characters import Repertoire
from robots.exchanges.zengin.reading import read_file
from robots.exchanges.zengin.writing import Group, Values, write_file
from robots.matters.transfers import LAYOUT, Rules

BANK = "pay_child_allowance.toml"
"""Where the agreement stands: it is the same for every payment of the city."""


def why_no_transfer(folder: Path, day: date) -> str:
    """Why the bank moves no money on `day` (Japanese); empty when it does. Raises `CalendarFault`."""
    if day <= clock.today():
        return "振り込む日は、明日より後の日にしてください。"
    calendar = calendars_of(folder)["bank"]
    closed, later = calendar.closed(day), calendar.on_or_after(day)
    if closed is None:
        return ""
    return f"{show_era(day)}は銀行の休業日（{closed}）です。{show_era(later)}など、営業日を選んでください。"


@dataclass(frozen=True, slots=True)
class Bank:
    """The agreement: who pays, where files go, what the bank takes."""

    outbox: Path
    rules: Rules
    client: Mapping[str, Any]
    separated: bool

    @classmethod
    def of(cls, platform: Platform) -> Bank:
        """The agreement of a city. Raises `BusinessException` when the bank master cannot be read."""
        data, folder = city_data.load(platform, BANK), platform.settings.data
        try:
            master = BankMaster(folder / data["banks"])
        except ExchangeRefused as refused:
            raise BusinessException(refused.message) from refused
        rules = Rules(master, Repertoire(wo_in_names=data["wo_in_names"]), data["transfer_kind"])
        return cls(folder / data["outbox"], rules, data["client"], bool(data["separated"]))

    def hand_over(self, path: Path, rows: Sequence[Values], due_on: date | None) -> bool:
        """Write the file of the rows; False when it stands there already. Raises `BusinessException`."""
        if due_on is None:
            raise BusinessException("振込の日が決まっていません。取り下げて、日を選んで頼み直してください。")
        total = sum(int(row["amount"]) for row in rows)
        branch = self.rules.master.branch(self.client["bank_code"], self.client["branch_code"])
        names = {"bank_name": branch.bank_kana, "branch_name": branch.branch_kana} if branch else {}
        header: Values = {**self.client, **names, "due": f"{due_on:%m%d}"}
        try:
            content = write_file(
                LAYOUT,
                [Group(header, rows)],
                separated=self.separated,
                repertoire=self.rules.repertoire,
            )
            return hand_over(path, content, lambda raw: _read_back(raw, len(rows), total))
        except ExchangeRefused as refused:
            raise BusinessException(refused.message) from refused


def _read_back(raw: bytes, count: int, total: int) -> None:
    (group,) = read_file(raw, LAYOUT).groups
    if (len(group.rows), sum(int(row.values["amount"]) for row in group.rows)) != (count, total):
        raise ExchangeRefused("書いたファイルの件数か金額が違います。もう一度、実行してください。")
