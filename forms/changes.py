"""What changed between two versions of a procedure, in words a city clerk reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forms.definition import Attachment, Field, Labels, Procedure, Rule


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, and the text before and after (one of them empty: added or removed)."""

    place: str
    before: str
    after: str

    @property
    def word(self) -> str:
        """追加, 削除 or 変更."""
        return "追加" if not self.before else "削除" if not self.after else "変更"


def changes(before: Procedure, after: Procedure) -> tuple[Change, ...]:
    """Every difference that people or machines can notice, in the order of the form."""
    return tuple(one for one in _changes(before, after) if one.before != one.after)


def _changes(before: Procedure, after: Procedure) -> Iterator[Change]:
    for name, old, new in zip(_FACTS, _facts(before), _facts(after), strict=True):
        yield Change(name, old, new)
    yield from _named(
        "持ち物", {one.name: one for one in before.attachments}, {one.name: one for one in after.attachments}
    )
    yield from _named(
        "ライフイベント", {one.event: one for one in before.rules}, {one.event: one for one in after.rules}
    )
    yield from _named("欄", _fields(before), _fields(after))
    yield Change("欄の順", " → ".join(_kept(before, after)), " → ".join(_kept(after, before)))


_FACTS = ("名前", "説明", "申請できる方", "施行日", "手数料", "期限", "根拠")


def _facts(procedure: Procedure) -> tuple[str, ...]:
    deadline = procedure.deadline
    return (
        _text(procedure.title),
        _text(procedure.summary),
        _text(procedure.who_may_apply),
        procedure.in_force_from.isoformat(),
        f"{procedure.fee}円" if procedure.fee is not None else "なし",
        f"{deadline.from_field}から{deadline.days}日（{deadline.roll}）" if deadline else "なし",
        "\n".join(f"{basis}　{basis.note}" for basis in procedure.basis),
    )


def _fields(procedure: Procedure) -> dict[str, Field]:
    return {field.name: field for field in procedure.fields}


def _named(
    sort: str,
    before: dict[str, Field] | dict[str, Attachment] | dict[str, Rule],
    after: dict[str, Field] | dict[str, Attachment] | dict[str, Rule],
) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        yield Change(f"{sort}「{name}」", _told(old) if old else "", _told(new) if new else "")


def _told(thing: Field | Attachment | Rule) -> str:
    if isinstance(thing, Field):
        return _field(thing)
    when = f"\n条件：{thing.when.text}" if thing.when else ""
    if isinstance(thing, Attachment):
        link = f"\n情報連携：{thing.replaced_by}" if thing.replaced_by else ""
        return f"{_text(thing.label)}{when}{link}"
    return f"要る：{_text(thing.because)}\n要らない：{_text(thing.otherwise)}{when}"


def _field(field: Field) -> str:
    parts = [
        _text(field.label),
        f"種類：{field.kind}（{'必須' if field.required else '任意'}）　事実：{field.fact}",
        f"質問：{_text(field.question)}" if field.question else "",
        f"説明：{_text(field.help)}" if field.help else "",
        f"条件：{field.when.text}" if field.when else "",
        f"選択肢：{'、'.join(_text(option.label) for option in field.options)}" if field.options else "",
        f"列：{'、'.join(_text(column.label) for column in field.fields)}" if field.fields else "",
    ]
    return "\n".join(part for part in parts if part)


def _text(labels: Labels) -> str:
    return labels.text("ja")


def _kept(one: Procedure, other: Procedure) -> list[str]:
    """The labels of the fields both have, in the order of the first."""
    names = {field.name for field in other.fields}
    return [_text(field.label) for field in one.fields if field.name in names]
