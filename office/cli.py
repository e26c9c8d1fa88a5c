"""The command `kakazu` (the contract of its words and exit codes stands in README.md)."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import sys
from pathlib import Path

import click

from forms.errors import KakazuError
from office import commands
from office.extensions import extensions

# Some 300,000 objects stay from a start on. To look for garbage at every 700 new ones, as Python
# does, takes up to a tenth of the time a command needs to begin (tests/bench/starting.py).
NEW_OBJECTS = (50_000, 20, 50)


class Commands(click.Group):
    """Finds commands by name: a module of `office.commands`, else a command of an extension."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, sorted."""
        own = {module.name.replace("_", "-") for module in pkgutil.iter_modules(commands.__path__)}
        return sorted(own | {command.name or "" for e in extensions() for command in e.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; our own before an extension's."""
        module = cmd_name.replace("-", "_")
        if module in {found.name for found in pkgutil.iter_modules(commands.__path__)}:
            command: click.Command = importlib.import_module(f"office.commands.{module}").command
            return command
        for extension in extensions():
            for candidate in extension.commands:
                if candidate.name == cmd_name:
                    return candidate
        return None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="KAKAZU_DATA",
    default=Path("kakazu-data"),
    help="データフォルダー。",
)
def kakazu(data: Path) -> None:
    """書かない窓口とロボットの庁内基盤「Kakazu」。"""


def main() -> None:
    """Run `kakazu`; an error of the suite is one line on stderr and exit code 2, never a traceback."""
    gc.set_threshold(*NEW_OBJECTS)
    try:
        code = kakazu.main(standalone_mode=False)
    except click.exceptions.Abort:
        code = 2
    except click.ClickException as error:
        error.show()
        code = 2
    except (KakazuError, OSError) as error:
        click.echo(f"kakazu: {error}", err=True)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)
