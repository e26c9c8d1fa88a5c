"""`kakazu sample`: the figures of みほん市, or its residents as CSV."""

from __future__ import annotations

from pathlib import Path

import click

from office.console import Report, reports
from samples.city import build
from samples.figures import figures
from samples.files import write_files
from samples.residents_csv import write_residents


@click.command("sample")
@click.option("--residents", type=click.IntRange(min=1), default=1000, show_default=True, help="住民の数。")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="乱数の種。同じ種からは同じ市ができます。"
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="住民をこのCSVに書き出します。")
@click.option(
    "--files", type=click.Path(file_okay=False, path_type=Path), help="台帳と一覧表をここに作ります。"
)
@reports
def command(residents: int, seed: int, out: Path | None, files: Path | None) -> Report:
    """お試しの「みほん市」（架空）の中身を示します。"""
    city = build(seed, residents)
    if files is not None:
        written = write_files(city, files)
        return Report(
            {"files": [str(path) for path in written]}, [f"{path}を作りました。" for path in written]
        )
    if out is not None:
        count = write_residents(city, out)
        return Report({"file": str(out), "residents": count}, [f"{out}に住民{count:,}人を書き出しました。"])
    counted = figures(city)
    lines = [f"{city.name}（架空の市、団体コード {city.municipality_code}）"]
    lines += [f"  {name}: {count:,}" for name, count in counted.items()]
    return Report({"name": city.name, "seed": seed, "figures": counted}, lines)
