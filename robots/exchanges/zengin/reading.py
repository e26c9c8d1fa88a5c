"""Reading bank files. What breaks the layout is refused; odd characters are reported and kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from robots.errors import ExchangeRefused
from robots.exchanges.zengin.characters import CODEC, NARROW, Repertoire, wrong_characters
from robots.exchanges.zengin.layout import Field, Layout, layout_of_kind
from robots.exchanges.zengin.writing import CRLF

_RECORDS = {b"1": "header", b"2": "data", b"8": "trailer", b"9": "end"}
_AFTER = {"": "header", "header": "data", "data": "data trailer", "trailer": "header end", "end": ""}
_EBCDIC_HEADER = 0xF1


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its bytes and the text of its fields (spaces at the end removed)."""

    number: int
    raw: bytes
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReadGroup:
    """Header, data and trailer that belong together."""

    header: Record
    rows: tuple[Record, ...]
    trailer: Record


@dataclass(frozen=True, slots=True)
class BankFile:
    """What was read. `findings` name characters that a bank would not take, with their place."""

    layout: Layout
    groups: tuple[ReadGroup, ...]
    separated: bool
    findings: tuple[str, ...]


def read_file(raw: bytes, layout: Layout | None = None, repertoire: Repertoire = NARROW) -> BankFile:
    """Read a whole file of `layout` (None: by its 種別コード).

    Raises `ExchangeRefused` naming the first bad record (record-layouts §6.1).
    """
    records, separated = _split(raw)
    found = _layout_of(records[0], layout)
    groups: list[ReadGroup] = []
    findings: list[str] = []
    header: Record | None = None
    rows: list[Record] = []
    before = ""
    for number, record in enumerate(records, 1):
        kind = _RECORDS.get(record[:1], "")
        if not kind or kind not in _AFTER[before].split():
            raise ExchangeRefused(
                f"{number}件目のレコード（データ区分「{_shown(record[:1])}」）の順番が違います。"
            )
        made = _read(found, kind, number, record)
        findings += _odd_characters(found, kind, made, repertoire)
        if kind == "header":
            header, rows = made, []
        elif kind == "data":
            rows.append(made)
        elif kind == "trailer" and header is not None:
            _check_totals(rows, made)
            groups.append(ReadGroup(header, tuple(rows), made))
        before = kind
    if before != "end":
        raise ExchangeRefused("エンド・レコード（データ区分9）がありません。受け取り直してください。")
    return BankFile(found, tuple(groups), separated, tuple(findings))


def _split(raw: bytes) -> tuple[list[bytes], bool]:
    content = raw.removesuffix(b"\x1a")  # an end-of-file mark some programs leave
    if content[:1] == bytes([_EBCDIC_HEADER]):
        raise ExchangeRefused("EBCDICのファイルです。JIS（コード区分0）で受け取り直してください。")
    separated = content[120:122] == CRLF
    stride = 122 if separated else 120
    if not content:
        raise ExchangeRefused("ファイルが空です。受け取り直してください。")
    if separated and not content.endswith(CRLF):
        content += CRLF
    records = []
    for number, start in enumerate(range(0, len(content), stride), 1):
        piece = content[start : start + stride]
        record, end = piece[:120], piece[120:]
        if b"\r" in record or b"\n" in record or end not in (b"", CRLF) or len(piece) != stride:
            raise ExchangeRefused(_bad_length(number, piece, content))
        records.append(record)
    return records, separated


def _bad_length(number: int, piece: bytes, content: bytes) -> str:
    if b"\n" in content and CRLF not in content:
        return "改行がLFだけです。CRLFか、改行なしのファイルにしてください。"
    length = len(piece.split(b"\r")[0].split(b"\n")[0])
    return f"{number}件目のレコードが120バイトではありません（{length}バイト）。受け取り直してください。"


def _layout_of(header: bytes, wanted: Layout | None) -> Layout:
    kind, code = _shown(header[1:3]), header[3:4]
    found = layout_of_kind(kind)
    if found is None or (wanted is not None and found != wanted):
        expected = f"（{wanted.title}は{wanted.kind}）" if wanted else ""
        raise ExchangeRefused(f"種別コードが「{kind}」です{expected}。ファイルを確かめてください。")
    if code == b"1":
        raise ExchangeRefused("コード区分が1（EBCDIC）です。JIS（0）で受け取り直してください。")
    return found


def _read(layout: Layout, kind: str, number: int, record: bytes) -> Record:
    values = {}
    for field in layout.fields(kind):
        raw = field.cut(record)
        fault = _number_fault(field, raw)
        if fault:
            raise ExchangeRefused(
                f"{number}件目の{field.title}（{field.start}桁目から）「{_shown(raw)}」{fault}。"
            )
        if not field.filler:
            values[field.name] = _shown(raw).rstrip(" ")
    return Record(number, record, values)


def _number_fault(field: Field, raw: bytes) -> str:
    blank = not raw.strip(b" ")
    if field.always and raw != field.always.encode():
        return f"が「{field.always}」ではありません"
    if field.type != "N" or field.verbatim or (blank and not field.required):
        return ""
    if not raw.isdigit():
        return "が数字ではありません"
    if field.positive and int(raw) == 0:
        return "が0円です"
    if field.one_of and field.required and raw.decode() not in field.one_of:
        return "は決まった番号ではありません"
    return ""


def _odd_characters(layout: Layout, kind: str, record: Record, repertoire: Repertoire) -> Iterator[str]:
    for field in layout.fields(kind):
        text = record.values.get(field.name, "")
        if field.characters and (wrong := wrong_characters(text, field.characters, repertoire)):
            place = f"{record.number}件目の{field.title}（{field.start}桁目から）"
            yield f"{place}に「{''.join(wrong)}」があります"


def _check_totals(rows: list[Record], trailer: Record) -> None:
    count, total = len(rows), sum(int(row.values["amount"]) for row in rows)
    said = (int(trailer.values["count"]), int(trailer.values["total"]))
    if said != (count, total):
        raise ExchangeRefused(
            f"合計が合いません。トレーラは{said[0]:,}件{said[1]:,}円、明細は{count:,}件{total:,}円です。"
        )
    names = ("done_count", "done_total", "failed_count", "failed_total")
    answered = [int(trailer.values.get(name) or 0) for name in names]
    if any(answered) and (answered[0] + answered[2], answered[1] + answered[3]) != (count, total):
        raise ExchangeRefused("振替済と振替不能を足しても、合計になりません。受け取り直してください。")


def _shown(raw: bytes) -> str:
    """The bytes as text; what is no character of the codec keeps its value in a private place."""
    return raw.decode(CODEC, errors="surrogateescape")
