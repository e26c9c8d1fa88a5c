"""Writing bank files. Every value is checked before the first byte; all faults are named at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from robots.errors import ExchangeRefused
from robots.exchanges.zengin.characters import CODEC, NARROW, Repertoire, wrong_characters
from robots.exchanges.zengin.layout import Field, Layout

Values = Mapping[str, str | int]
CRLF = b"\r\n"


@dataclass(frozen=True, slots=True)
class Group:
    """One header with its data records; the trailer is counted from them."""

    header: Values
    rows: Sequence[Values]


def write_file(
    layout: Layout,
    groups: Sequence[Group],
    *,
    separated: bool = True,
    answered: bool = False,
    repertoire: Repertoire = NARROW,
) -> bytes:
    """The whole file; raises `ExchangeRefused` naming record and field of every fault.

    `separated`: CRLF after every record, the last one included. `answered`: a 振替結果 file, whose trailer
    counts what was collected and what was not.
    """
    faults = [fault for group in groups for fault in _faults(layout, group, repertoire)]
    if not any(group.rows for group in groups):
        faults.append("書き出す明細が1件もありません")
    if faults:
        raise ExchangeRefused(f"{layout.title}のファイルは作りませんでした。" + "。".join(faults) + "。")
    records = [
        record
        for group in groups
        for record in (
            _record(layout, "header", group.header),
            *(_record(layout, "data", row) for row in group.rows),
            _record(layout, "trailer", totals(layout, group.rows, answered)),
        )
    ]
    end = CRLF if separated else b""
    return b"".join(record + end for record in [*records, _record(layout, "end", {})])


def totals(layout: Layout, rows: Sequence[Values], answered: bool) -> dict[str, int]:
    """The trailer's counts and yen."""
    amounts = [int(row["amount"]) for row in rows]
    done = [int(row["amount"]) for row in rows if answered and str(row.get("result", 0)) == "0"]
    failed = [int(row["amount"]) for row in rows if answered and str(row.get("result", 0)) != "0"]
    found = {
        "count": len(amounts),
        "total": sum(amounts),
        "done_count": len(done),
        "done_total": sum(done),
        "failed_count": len(failed),
        "failed_total": sum(failed),
    }
    return {field.name: found[field.name] for field in layout.trailer if field.name in found}


def row_faults(layout: Layout, record: str, values: Values, repertoire: Repertoire = NARROW) -> list[str]:
    """What is wrong with one record's values, as Japanese clauses."""
    known = {field.name for field in layout.fields(record)}
    found = [f"「{name}」という項目はありません" for name in values if name not in known]
    for field in layout.fields(record):
        if not field.filler and not field.always:
            fault = _fault(field, values.get(field.name, ""), repertoire)
            if fault:
                found.append(f"{field.title}「{values.get(field.name, '')}」{fault}")
    return found


def _faults(layout: Layout, group: Group, repertoire: Repertoire) -> list[str]:
    found = [f"依頼人：{fault}" for fault in row_faults(layout, "header", group.header, repertoire)]
    for number, row in enumerate(group.rows, 1):
        found += [f"明細{number}件目：{fault}" for fault in row_faults(layout, "data", row, repertoire)]
    if not found:
        found += row_faults(layout, "trailer", totals(layout, group.rows, answered=True), repertoire)
    return found


def _fault(field: Field, value: str | int, repertoire: Repertoire) -> str:
    text = str(value)
    if text == "":
        return "がありません" if field.required else ""
    if field.type == "N" and not (text.isascii() and text.isdecimal()):
        return "が数字ではありません"
    if field.one_of and text not in field.one_of:
        return f"は使えません（{'・'.join(one for one in field.one_of if one)}のどれかです）"
    if field.positive and int(text) == 0:
        return "は0円です"
    if field.characters and (wrong := wrong_characters(text, field.characters, repertoire)):
        return f"に銀行が受け付けない文字（{''.join(wrong)}）があります"
    if len(text) > field.length:
        return f"が{field.length}桁を超えています"
    return ""


def _record(layout: Layout, record: str, values: Values) -> bytes:
    written = b"".join(_written(field, values) for field in layout.fields(record))
    if len(written) != layout.length:
        raise ExchangeRefused(
            f"{layout.title}のレコードが{len(written)}バイトです。管理者に連絡してください。"
        )
    return written


def _written(field: Field, values: Values) -> bytes:
    text = field.always or ("" if field.filler else str(values.get(field.name, "")))
    padded = text.rjust(field.length, "0") if field.type == "N" else text.ljust(field.length)
    return padded.encode(CODEC)
