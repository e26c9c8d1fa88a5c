"""`python -m office.migrations "what changes"`: write the next step from the difference to the tables."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from office.database import MIGRATIONS, make_engine, upgrade
from office.migrations.tables import METADATA


def main(message: str) -> None:
    """Write `versions/NNNN_….py`; numbers go on from the last one."""
    number = len(list((MIGRATIONS / "versions").glob("[0-9]*.py"))) + 1
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'empty.db'}")
        upgrade(engine)
        with engine.connect() as connection:
            config.attributes.update(connection=connection, metadata=METADATA)
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
