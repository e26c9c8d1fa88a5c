"""Payees of a 総合振込: checked one by one and by name, before a file is thought of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.errors import InvalidValue
from forms.values.accounts import ZENGIN_KINDS, BankAccount
from robots.errors import CharactersRefused, PayeesRefused
from robots.exchanges.banks import BankMaster
from robots.exchanges.zengin.characters import Repertoire, fold
from robots.exchanges.zengin.layout import load_layout
from robots.exchanges.zengin.writing import Values, row_faults

_NO_ACCOUNT = "振込先の口座がありません（公金受取口座のときは、照会した口座を申請に入れてください）"
LAYOUT = load_layout("general_transfer")


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid: the name and reading in the application, and the account as JSON (None: not known)."""

    name: str
    kana: str
    account: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the city has agreed with its bank."""

    master: BankMaster
    repertoire: Repertoire
    transfer_kind: int


def transfer_row(payee: Payee, amount: int, customer: int, rules: Rules) -> Values:
    """The data record for one payee; raises `PayeesRefused` naming the payee and what is wrong.

    `customer` is our number for the payee (顧客コード1), which comes back on the bank's own lists.
    """
    account = _account(payee)
    branch = rules.master.branch(account.bank_code, account.branch_code)
    if branch is None:
        raise _refused(payee, f"金融機関 {account.bank_code}-{account.branch_code} がマスターにありません")
    try:
        holder = fold(account.holder_kana, "party", rules.repertoire).text
        own = fold(payee.kana, "party", rules.repertoire).text
    except CharactersRefused as error:
        raise _refused(payee, error.message.rstrip("。")) from error
    if holder.replace(" ", "") != own.replace(" ", ""):
        raise _refused(payee, f"口座名義「{account.holder_kana}」が請求者「{payee.kana}」と違います")
    row: Values = {
        "bank_code": account.bank_code,
        "bank_name": branch.bank_kana,
        "branch_code": account.branch_code,
        "branch_name": branch.branch_kana,
        "account_kind": ZENGIN_KINDS[account.kind],
        "account_number": account.number,
        "payee_name": holder,
        "amount": amount,
        "new_code": 0,
        "customer_1": customer,
        "transfer_kind": rules.transfer_kind,
    }
    if wrong := row_faults(LAYOUT, "data", row, rules.repertoire):
        raise _refused(payee, "。".join(wrong))
    return row


def _account(payee: Payee) -> BankAccount:
    if not payee.account:
        raise _refused(payee, _NO_ACCOUNT)
    try:
        return BankAccount.from_json(payee.account)
    except InvalidValue as error:
        raise _refused(payee, error.message.rstrip("。")) from error


def _refused(payee: Payee, what: str) -> PayeesRefused:
    return PayeesRefused(f"{payee.name}さんの振込：{what}。")
