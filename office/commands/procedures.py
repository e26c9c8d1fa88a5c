"""`kakazu procedures list | show SLUG | check [FOLDER]`: the catalogue of procedures."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from forms.catalogue import load_catalogue
from forms.definition import LANGUAGES, Deadline, Field, Procedure
from forms.errors import DefinitionError
from forms.households import load_households
from forms.inventory import inventory, inventory_markdown, untranslated
from forms.matrix import make_matrix
from forms.rendering.matrix import matrix_markdown, matrix_pdf
from office import clock
from office.console import Report, reports

LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), default="ja", show_default=True, help="表示することば。"
)

OUT = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="書き出すファイル（.md か .pdf）。"
)


@click.group()
def command() -> None:
    """手続の一覧と内容を表示し、定義を点検します。"""


@command.command("list", help="手続の一覧を表示します。")
@LANGUAGE
@reports
def list_procedures(language: str) -> Report:
    """The newest version of every procedure."""
    procedures = load_catalogue().procedures()
    data = [_summary(one, language) for one in procedures]
    lines = [
        f"{one.number:>2}  {one.slug:<24} 第{one.version}版 {one.in_force_from} {one.title.text(language)}"
        for one in procedures
    ]
    return Report(data, lines)


@command.command("show", help="手続の内容を表示します。")
@click.argument("slug")
@click.option("--version", "number", type=int, help="版の番号（なければ最新）。")
@LANGUAGE
@reports
def show_procedure(slug: str, number: int | None, language: str) -> Report:
    """Everything a procedure says. Exit 2 for an unknown one."""
    procedure = load_catalogue().procedure(slug, version=number)
    data = _summary(procedure, language) | {
        "summary": procedure.summary.text(language),
        "who_may_apply": procedure.who_may_apply.text(language),
        "fee": procedure.fee,
        "for_each": procedure.for_each,
        "deadline": _deadline(procedure.deadline),
        "attachments": [
            {
                "name": one.name,
                "label": one.label.text(language),
                "when": one.when.text if one.when else None,
                "replaced_by": one.replaced_by or None,
            }
            for one in procedure.attachments
        ],
        "events": {rule.event: rule.when.text for rule in procedure.rules},
        "sections": [
            {
                "name": section.name,
                "label": section.label.text(language),
                "fields": [_field(field, language) for field in section.fields],
            }
            for section in procedure.sections
        ],
    }
    return Report(data, _shown(procedure, language))


@command.command("check", help="定義を点検し、誤りをファイル・項目・行で示します。")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@reports
def check_definitions(folder: Path | None) -> Report:
    """Exit 0 without faults, 1 with faults; missing translations are counted, not faults."""
    try:
        catalogue = load_catalogue(*([folder] if folder else []))
    except DefinitionError as error:
        faults = [
            {"file": one.file, "key": one.key, "line": one.line, "message": one.message}
            for one in error.faults
        ]
        lines = [
            *map(str, error.faults),
            f"誤りが{len(faults)}件あります。直してからもう一度点検してください。",
        ]
        return Report({"faults": faults}, lines, wrong=True)
    texts = list(catalogue.labels())
    doubts = {one.slug: sum(not basis.confirmed for basis in one.basis) for one in catalogue.versions}
    data = {
        "faults": [],
        "procedures": len(catalogue.versions),
        "facts": len(catalogue.facts()),
        "texts": len(texts),
        "missing_translations": untranslated(texts),
        "unconfirmed": {slug: count for slug, count in doubts.items() if count},
    }
    return Report(data, _checked(data))


@command.command("matrix", help="判定表：ライフイベント×世帯の型で、どの手続がなぜ要るか。")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="どの日の定義で作るか（なければ今日）。")
@OUT
@reports
def determination_matrix(on: datetime | None, out: Path | None) -> Report:
    """Exit 0 where it is complete, 1 where a household has no result or a rule is never tried."""
    matrix = make_matrix(load_catalogue(), load_households(), on.date() if on else clock.today())
    if out is None:
        text = matrix_markdown(matrix)
    else:
        content = matrix_pdf(matrix) if out.suffix == ".pdf" else matrix_markdown(matrix).encode()
        out.write_bytes(content)
        text = f"{out} に書きました。"
    cells = [cell for event in matrix.events for cell in event.cells]
    data = {
        "on": matrix.on.isoformat(),
        "events": len(matrix.events),
        "results": len([cell for cell in cells if not cell.not_met]),
        "faults": list(matrix.faults()),
    }
    return Report(data, [text, *matrix.faults()], wrong=bool(matrix.faults()))


@command.command("inventory", help="手続の一覧表：根拠、期限、手数料、持ち物、要確認。")
@OUT
@reports
def procedure_inventory(out: Path | None) -> Report:
    """Every procedure with what is still 要確認; doubts are counted, not faults."""
    entries = inventory(load_catalogue())
    text = inventory_markdown(entries)
    if out is not None:
        out.write_text(text, encoding="utf-8")
        text = f"{out} に書きました。"
    data = [
        _summary(one.procedure, "ja")
        | {
            "deadline": one.deadline,
            "fee": one.fee,
            "attachments": list(one.attachments),
            "links": list(one.links),
            "events": list(one.events),
            "unconfirmed": list(one.unconfirmed),
            "missing_translations": one.untranslated,
        }
        for one in entries
    ]
    return Report(data, [text])


def _checked(data: dict[str, Any]) -> list[str]:
    missing = "、".join(f"{language} {count}件" for language, count in data["missing_translations"].items())
    doubts = "、".join(data["unconfirmed"]) or "ありません"
    return [
        f"誤りはありません。手続{data['procedures']}、事実{data['facts']}、文{data['texts']}件。",
        f"訳のない文：{missing}",
        f"要確認の根拠がある手続：{doubts}",
    ]


def _summary(procedure: Procedure, language: str) -> dict[str, Any]:
    return {
        "slug": procedure.slug,
        "number": procedure.number,
        "version": procedure.version,
        "in_force_from": procedure.in_force_from.isoformat(),
        "title": procedure.title.text(language),
        "basis": [
            {"law": one.law, "article": one.article, "note": one.note, "confirmed": one.confirmed}
            for one in procedure.basis
        ],
    }


def _deadline(deadline: Deadline | None) -> dict[str, Any] | None:
    if deadline is None:
        return None
    return {"days": deadline.days, "from": deadline.from_field, "roll": deadline.roll}


def _field(field: Field, language: str) -> dict[str, Any]:
    return {
        "name": field.name,
        "fact": field.fact,
        "kind": field.kind,
        "label": field.label.text(language),
        "required": field.required,
        "when": field.when.text if field.when else None,
        "options": {option.value: option.label.text(language) for option in field.options},
        "fields": [column.name for column in field.fields],
        "asked_of": field.asked_of,
    }


def _shown(procedure: Procedure, language: str) -> list[str]:
    deadline, fee = procedure.deadline, procedure.fee
    version = f"{procedure.slug} 第{procedure.version}版、{procedure.in_force_from}施行"
    lines = [
        f"{procedure.title.text(language)}（{version}）",
        procedure.summary.text(language),
        f"申請できる方：{procedure.who_may_apply.text(language)}",
        *(f"根拠：{one}　{one.note}" for one in procedure.basis),
        f"期限：{deadline.days}日以内（{deadline.from_field}から）" if deadline else "期限：なし",
        f"手数料：{fee}円" if fee is not None else "手数料：なし",
        "持ち物：",
    ]
    for one in procedure.attachments:
        replaced = f"（{one.replaced_by}で省けます）" if one.replaced_by else ""
        lines.append(f"  {one.label.text(language)}{replaced}")
    for section in procedure.sections:
        lines.append(f"■ {section.label.text(language)}")
        for field in section.fields:
            need = "必須" if field.required else "任意"
            when = f"  [{field.when.text}]" if field.when else ""
            lines.append(f"  {field.label.text(language)}（{field.kind}、{need}）{field.name}{when}")
    return lines
