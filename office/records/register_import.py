"""Taking in a city's register (住民基本台帳) from CSV: checked as a whole first, then written in one go.

The file is read twice, row by row, so that a large city takes little room. UTF-8 (with or without BOM) and
Shift_JIS (as Windows writes it) are told apart by reading the whole file.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forms.values.addresses import Address
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import OfficeError
from office.records.models.residents import MY_NUMBER, Household, Resident
from office.records.register_rows import NEEDED, Entry, Fault, RowReader
from office.secrets import Vault

HEAD = "世帯主"
Row = TypeVar("Row", Household, Resident)
AT_ONCE = 500
MOST_FAULTS = 200
_BLOCK = 1 << 20


class RegisterUnreadable(OfficeError):
    """The file as a whole cannot be taken for a register."""

    code = "register-unreadable"


@dataclass(slots=True)
class Outcome:
    """What an import did, or (`faults`) why it did nothing. `left` are residents the file does not name."""

    rows: int = 0
    households: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    passed_over: int = 0
    left: int = 0
    more_faults: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class _Seen:
    """What the first reading keeps: where each person stood, each household's address and head."""

    people: dict[str, int] = field(default_factory=dict)
    homes: dict[str, tuple[int, Address]] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)


def import_register(session: Session, actor: Actor, vault: Vault, path: Path) -> Outcome:
    """Take in every resident of a CSV file, new ones added, known ones (by 宛名番号) brought up to date.

    With any fault nothing is written; the outcome names them. Raises `RegisterUnreadable` for a file that
    is no register. The caller commits.
    """
    require(actor, Act.IMPORT_REGISTER)
    encoding = encoding_of(path)
    outcome, seen = Outcome(), _Seen()
    for _ in _entries(path, encoding, outcome, seen):
        outcome.rows += 1
    outcome.households = len(seen.homes)
    if outcome.faults:
        return outcome
    _write(session, vault, _entries(path, encoding, Outcome(), _Seen()), seen, outcome)
    total = session.scalar(select(func.count()).select_from(Resident)) or 0
    outcome.left = total - outcome.added - outcome.changed - outcome.unchanged
    journal.write(
        session,
        actor,
        events.REGISTER_IMPORTED,
        "register:residents",
        sha256=_sha256(path),
        added=outcome.added,
        changed=outcome.changed,
        unchanged=outcome.unchanged,
    )
    return outcome


def encoding_of(path: Path) -> str:
    """`utf-8-sig` or `cp932`, whichever reads the whole file. Raises `RegisterUnreadable`."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(_BLOCK):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise RegisterUnreadable(
        f"{path.name} の文字を読めません。文字コードをUTF-8かShift_JISにして、書き出し直してください。"
    )


def _entries(path: Path, encoding: str, outcome: Outcome, seen: _Seen) -> Iterator[Entry]:
    """The good rows; faults are collected, `seen` filled."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.DictReader(file, strict=True)
        try:
            _refuse_header(path, reader.fieldnames or ())
            for cells in reader:
                entry = _entry(RowReader(reader.line_num, cells), outcome, seen)
                if entry is not None:
                    yield entry
        except csv.Error as error:
            raise RegisterUnreadable(
                f"{path.name} の{reader.line_num + 1}行目あたりがCSVとして読めません（{error}）。"
                "書き出し直してください。"
            ) from error


def _refuse_header(path: Path, columns: Sequence[str]) -> None:
    missing = [column for column in NEEDED if column not in columns]
    if missing:
        raise RegisterUnreadable(
            f"{path.name} の見出しに「{'」「'.join(missing)}」がありません。"
            "基本データリストの列名で書き出し直してください。"
        )


def _entry(row: RowReader, outcome: Outcome, seen: _Seen) -> Entry | None:
    """A row's resident, None where it is an older one or something is wrong with it."""
    if not row.is_latest:
        outcome.passed_over += 1
        return None
    entry = row.entry()
    faults = row.faults or (_contradictions(entry, row.row, seen) if entry else [])
    _keep(outcome, faults)
    return None if faults else entry


def _keep(outcome: Outcome, faults: Sequence[Fault]) -> None:
    room = MOST_FAULTS - len(outcome.faults)
    outcome.faults += faults[:room]
    outcome.more_faults += len(faults[room:])


def _contradictions(entry: Entry, row: int, seen: _Seen) -> list[Fault]:
    """What this row says against an earlier one."""
    faults = []
    first = seen.people.setdefault(entry.number, row)
    if first != row:
        faults.append(Fault(row, "宛名番号", f"{first}行目と同じ番号です。どちらかを直してください。"))
    home = seen.homes.setdefault(entry.household, (row, entry.address))
    if home[1] != entry.address:
        faults.append(
            Fault(row, "世帯番号", f"同じ世帯の{home[0]}行目と住所が違います。どちらかを直してください。")
        )
    if entry.relation == HEAD:
        seen.heads.setdefault(entry.household, entry.name.full)
    return faults


def _write(session: Session, vault: Vault, entries: Iterator[Entry], seen: _Seen, outcome: Outcome) -> None:
    while portion := list(islice(entries, AT_ONCE)):
        homes = _homes(session, portion, seen)
        known = _by_number(session, Resident, [one.number for one in portion])
        for entry in portion:
            row, home = known.get(entry.number), homes[entry.household]
            if row is None:
                session.add(_filled(vault, Resident(protected=False), entry, home))
                outcome.added += 1
            elif _told(vault, row, entry) or row.household_id != home.id:
                _filled(vault, row, entry, home)
                outcome.changed += 1
            else:
                outcome.unchanged += 1
        session.flush()
        session.expunge_all()


def _homes(session: Session, portion: Sequence[Entry], seen: _Seen) -> dict[str, Household]:
    """The households of a portion, made or brought up to date."""
    numbers = {one.household for one in portion}
    homes = _by_number(session, Household, sorted(numbers))
    for number in numbers:
        address = seen.homes[number][1]
        home = homes.setdefault(number, Household(number=number, head_name=""))
        home.postal_code, home.address = address.postal_code, dict(address.to_json())
        first = next(one.name.full for one in portion if one.household == number)
        home.head_name = seen.heads.get(number) or home.head_name or first
        session.add(home)
    session.flush()
    return homes


def _by_number(session: Session, table: type[Row], numbers: Sequence[str]) -> dict[str, Row]:
    return {one.number: one for one in session.scalars(select(table).where(table.number.in_(numbers)))}


def _told(vault: Vault, row: Resident, entry: Entry) -> bool:
    """Whether the file says anything new about a resident."""
    name = (row.family, row.given, row.family_kana, row.given_kana)
    same = (
        name == (entry.name.family, entry.name.given, entry.name.family_kana, entry.name.given_kana)
        and (row.birth_on, row.sex, row.relation) == (entry.birth_on, entry.sex, entry.relation)
        and row.became_resident_on == entry.became_resident_on
        and entry.protected in (None, row.protected)
    )
    number = entry.my_number
    return not same or (number is not None and row.my_number_index != vault.blind_index(MY_NUMBER, number))


def _filled(vault: Vault, row: Resident, entry: Entry, home: Household) -> Resident:
    row.number, row.household_id = entry.number, home.id
    row.family, row.given = entry.name.family, entry.name.given
    row.family_kana, row.given_kana = entry.name.family_kana, entry.name.given_kana
    row.birth_on, row.sex, row.relation = entry.birth_on, entry.sex, entry.relation
    row.became_resident_on = entry.became_resident_on
    if entry.protected is not None:
        row.protected = entry.protected
    if entry.my_number is not None:
        row.write_my_number(vault, entry.my_number)
    return row


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
