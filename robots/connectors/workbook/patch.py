"""From edits to changed parts: the sheet, and only what must change with it (robots.md §6).

With the sheet may change: a table's part when the table grows, the workbook's `calcPr` when the workbook
holds formulas, and calcChain (with its two mentions) goes when a formula is added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from robots.connectors.workbook import markup
from robots.connectors.workbook.archive import Pieces
from robots.connectors.workbook.cells import Area, Value, column_number, split_reference
from robots.connectors.workbook.dependents import old_results
from robots.connectors.workbook.edits import Edit, Patch, RowEdit, SheetPatch, spliced
from robots.connectors.workbook.package import CONTENT_TYPES, Package
from robots.connectors.workbook.rows import RowWriter, by_column
from robots.connectors.workbook.sheet import SheetXml
from robots.errors import CellRefused

Cuts = list[tuple[int, int, bytes]]
_FORMULA_MARKS = (b"<f>", b"<f ", b":f>", b":f ")
_FORMULA = re.compile(rb"<(?:(?!xm:)\w+:)?f[\s>/]")


def sheet_xml(package: Package, name: str) -> SheetXml:
    """The bytes of the worksheet called `name`, unpacked once; raises `SheetMissing`, `WorkbookRefused`."""
    if name not in package.unpacked:
        content = package.archive.read(package.sheet(name).part)
        package.unpacked[name] = SheetXml(package.path, name, content, package.limits)
    return package.unpacked[name]


def make_patch(package: Package, edits: Sequence[Edit]) -> Patch:
    """What the edits change; nothing is written. Raises a `WorkbookRefused` naming the cell."""
    parts: dict[str, Pieces] = {}
    patched: list[SheetPatch] = []
    adds_formulas = False
    for name in dict.fromkeys(edit.sheet for edit in edits):
        sheet = sheet_xml(package, name)
        own = [edit for edit in edits if edit.sheet == name]
        writer = RowWriter(package, sheet)
        one, cuts = _patched(package, sheet, writer, own)
        patched.append(one)
        parts[one.part] = spliced(sheet.content, cuts)
        parts.update(_tables(package, name, own))
        adds_formulas |= writer.adds_formulas
    removed = _drop_calc_chain(package, parts) if adds_formulas else frozenset()
    if edits and (adds_formulas or _holds_formulas(package)):
        _calculate_on_load(package, parts)
    return Patch(parts, removed, tuple(patched))


def next_free_row(sheet: SheetXml, key_column: str, header_rows: int) -> int:
    """The first row under the data, formatted or not; raises `CellRefused` when a total stands there.

    The last row with a constant in it is the last of the data, if it has one in `key_column`.
    """
    for row in sheet.rows_backwards():
        holding = [c for c in sheet.cells(row) if not c.blank and not _FORMULA.search(c.inside)]
        if not holding:
            continue
        if row.number <= header_rows:
            break
        if all(cell.column != column_number(key_column) for cell in holding):
            raise CellRefused(
                sheet.path,
                f"シート「{sheet.name}」の{row.number}行目（列{key_column}が空）に、合計などの行があります。"
                "台帳の下に行を足せるよう、その行を表の外へ移してください。",
            )
        return row.number + 1
    return header_rows + 1


def _cells_of(package: Package, edits: Sequence[Edit]) -> dict[int, dict[str, Value]]:
    found: dict[int, dict[str, Value]] = {}
    for edit in edits:
        if isinstance(edit, RowEdit):
            number, values = edit.row, dict(edit.values)
        else:
            try:
                letters, number = split_reference(edit.cell)
            except ValueError as error:
                raise CellRefused(
                    package.path, f"「{edit.cell}」はセルの番地ではありません。B5のように指定してください。"
                ) from error
            values = {letters: edit.value}
        row = found.setdefault(number, {})
        if row.keys() & values.keys() or (isinstance(edit, RowEdit) and row):
            raise CellRefused(package.path, f"シート「{edit.sheet}」の{number}行目を二度書こうとしました。")
        row.update(values)
    return found


def _patched(
    package: Package, sheet: SheetXml, writer: RowWriter, edits: Sequence[Edit]
) -> tuple[SheetPatch, Cuts]:
    wanted = _cells_of(package, edits)
    likes = _likes(edits)
    found, places = sheet.find(set(wanted))
    models = {**found, **sheet.find({like for like in likes.values() if like is not None} - found.keys())[0]}
    rows: dict[int, tuple[bytes, bytes]] = {}
    cuts: Cuts = []
    fresh: dict[int, list[bytes]] = {}
    for number in sorted(wanted):
        like, values = models.get(likes.get(number) or 0), by_column(wanted[number])
        row = found.get(number)
        if row is not None:
            written = writer.changed(row, values, like, number not in likes)
            rows[number] = (sheet.content[row.start : row.end], written)
            cuts.append((row.start, row.end, written))
        else:
            rows[number] = (b"", writer.new(number, values, like))
            fresh.setdefault(places[number], []).append(rows[number][1])
    cuts += [_into_data(sheet, place, b"".join(written)) for place, written in fresh.items()]
    cuts += [*_dimension(sheet, wanted), *_merges(sheet, writer.new_merges)]
    changed = {(column_number(letters), number) for number, row in wanted.items() for letters in row}
    cuts += [(start, end, b"") for start, end in old_results(sheet, changed)]
    view = memoryview(sheet.content)
    around = (view[: sheet.data_tag.start()], view[sheet.tail_start :])
    return SheetPatch(sheet.name, package.sheet(sheet.name).part, *around, rows, wanted), cuts


def _likes(edits: Sequence[Edit]) -> dict[int, int | None]:
    """The row each new row looks like; one that is new itself stands for the row it looks like."""
    likes = {edit.row: edit.like for edit in edits if isinstance(edit, RowEdit)}
    for row in sorted(likes):
        likes[row] = likes.get(likes[row] or 0, likes[row])
    return likes


def _into_data(sheet: SheetXml, place: int, rows: bytes) -> tuple[int, int, bytes]:
    if sheet.data_tag[2]:  # <sheetData/>
        tag = sheet.prefix.encode() + b"sheetData>"
        return sheet.data_tag.start(), sheet.data_tag.end(), b"<" + tag + rows + b"</" + tag
    return place, place, rows


def _dimension(sheet: SheetXml, wanted: Mapping[int, Mapping[str, Value]]) -> Cuts:
    match, old = sheet.element("dimension"), sheet.attribute("dimension", "ref")
    if match is None or not old:
        return []
    area = Area.parse(old)
    for number, values in wanted.items():
        for letters in values:
            area = area.with_cell(column_number(letters), number)
    return _attribute_cut(match, "ref", str(area)) if str(area) != str(Area.parse(old)) else []


def _merges(sheet: SheetXml, new: Sequence[Area]) -> Cuts:
    tag = sheet.prefix.encode()
    end = sheet.content.find(b"</" + tag + b"mergeCells>", sheet.data_end)
    start = sheet.element("mergeCells")
    if not new or start is None or end < 0:
        return []
    more = b"".join(b"<" + tag + b'mergeCell ref="%s"/>' % str(area).encode() for area in new)
    count = sheet.attribute("mergeCells", "count")
    counted = _attribute_cut(start, "count", str(int(count) + len(new))) if count else []
    return [*counted, (end, end, more)]


def _attribute_cut(match: re.Match[bytes], name: str, value: str) -> Cuts:
    """Replace an attribute's value within a start tag found in a whole part."""
    inside = re.search(rb"\b" + name.encode() + rb"\s*=\s*[\"']([^\"']*)[\"']", match[0])
    assert inside is not None  # noqa: S101 - the caller has read the attribute
    at = match.start()
    return [(at + inside.start(1), at + inside.end(1), value.encode())]


def _tables(package: Package, sheet: str, edits: Sequence[Edit]) -> dict[str, Pieces]:
    """Tables whose next row is written grow by it."""
    rows = sorted(edit.row for edit in edits if isinstance(edit, RowEdit))
    changed: dict[str, Pieces] = {}
    for relation in package.relations(package.sheet(sheet).part):
        if relation.kind != "table":
            continue
        content = package.archive.read(relation.target)
        root = markup.parse(package.path, relation.target, content)
        area = Area.parse(root.get("ref", ""))
        grown = area
        for row in rows:
            if row == grown.bottom + 1:
                grown = grown.with_cell(grown.left, row)
        if grown == area:
            continue
        if int(root.get("totalsRowCount", "0")):
            raise CellRefused(
                package.path,
                f"シート「{sheet}」の表「{root.get('displayName')}」に集計行があります。集計行を外してください。",
            )
        changed[relation.target] = spliced(content, _table_cuts(content, grown))
    return changed


def _table_cuts(content: bytes, grown: Area) -> Cuts:
    tags = re.finditer(rb"<(?:\w+:)?(?:table|autoFilter)\s[^>]*?\bref=[^>]*>", content)
    return [cut for match in tags for cut in _attribute_cut(match, "ref", str(grown))]


def _holds_formulas(package: Package) -> bool:
    for sheet in package.sheets:
        before = b""
        for chunk in package.archive.chunks(sheet.part):
            seen = before + chunk
            if any(mark in seen for mark in _FORMULA_MARKS) and _FORMULA.search(seen):
                return True
            before = chunk[-16:]
    return False


def _calculate_on_load(package: Package, parts: dict[str, Pieces]) -> None:
    """Results kept beside formulas are old now; the program that opens the workbook counts again."""
    content = b"".join(parts.get(package.book_part, [package.archive.read(package.book_part)]))
    match = re.search(rb"<(\w+:)?calcPr\b([^>]*?)\s*/?>", content)
    if match is None:
        after = max(
            (
                found.end()
                for found in re.finditer(
                    rb"</(?:\w+:)?(?:sheets|functionGroups|externalReferences|definedNames)>", content
                )
            ),
        )
        prefix = re.search(rb"<(\w+:)?sheets\b", content)
        tag = (prefix and prefix[1]) or b""
        parts[package.book_part] = spliced(
            content, [(after, after, b"<" + tag + b'calcPr fullCalcOnLoad="1"/>')]
        )
        return
    old = re.search(rb'\bfullCalcOnLoad\s*=\s*["\'](\w+)["\']', match[2])
    if old is not None and old[1] in (b"1", b"true"):
        return
    if old is not None:
        at = match.start(2)
        cut = (at + old.start(1), at + old.end(1), b"1")
    else:
        cut = (match.end(2), match.end(2), b' fullCalcOnLoad="1"')
    parts[package.book_part] = spliced(content, [cut])


def _drop_calc_chain(package: Package, parts: dict[str, Pieces]) -> frozenset[str]:
    """The order of calculation is no longer whole; programs make it anew when it is missing."""
    chain = package.related(package.book_part, "calcChain")
    if chain is None:
        return frozenset()
    folder, _, name = package.book_part.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    for part, attribute, mention in (
        (CONTENT_TYPES, b"PartName", re.escape(b"/" + chain.encode())),
        (rels, b"Type", rb"[^\"']*/calcChain"),
    ):
        content = package.archive.read(part)
        pattern = rb"<(?:\w+:)?(?:Override|Relationship)\b[^>]*?\b" + attribute + rb"\s*=\s*[\"']" + mention
        match = re.search(pattern + rb"[\"'][^>]*?(?:/>|>\s*</(?:\w+:)?(?:Override|Relationship)>)", content)
        if match is not None:
            parts[part] = spliced(content, [(match.start(), match.end(), b"")])
    return frozenset({chain})
