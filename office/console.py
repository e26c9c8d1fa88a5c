"""What every command of `kakazu` shares: the report it returns, `--json`, and exit codes."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click


@dataclass(frozen=True, slots=True)
class Report:
    """What a command found: `data` for `--json`, `lines` for people, `wrong` for exit code 1."""

    data: object
    lines: Sequence[str] = field(default=())
    wrong: bool = False


def reports(function: Callable[..., Report]) -> Callable[..., None]:
    """Turn a function returning a `Report` into the body of a click command with `--json`.

    Exit code 0 done, 1 done and something is wrong with what was examined. Errors of the suite
    are turned into exit code 2 by `office.cli.main`.
    """

    @click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力します。")
    @functools.wraps(function)
    def body(*args: object, as_json: bool, **options: object) -> None:
        report = function(*args, **options)
        if as_json:
            click.echo(json.dumps(report.data, ensure_ascii=False, indent=2, default=str))
        else:
            for line in report.lines:
                click.echo(line)
        if report.wrong:
            click.get_current_context().exit(1)

    return body


def data_folder() -> Path:
    """The data folder of this call: `--data`, else `KAKAZU_DATA`, else `./kakazu-data`."""
    folder: Path = click.get_current_context().find_root().params["data"]
    return folder
