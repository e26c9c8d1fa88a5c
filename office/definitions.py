"""Definitions as they were used: every set of files that ever made an application is kept."""

from __future__ import annotations

import base64
import functools
import json
import zlib
from datetime import datetime
from importlib.metadata import version

from sqlalchemy import LargeBinary, String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from forms.catalogue import Catalogue, catalogue_of
from forms.definition_files import Files, fingerprint
from office import clock
from office.database import Base


class DefinitionSet(Base):
    """All definition files of one moment, by their fingerprint; `release` is the suite's version then."""

    __tablename__ = "definition_set"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    release: Mapped[str] = mapped_column(String(40))
    kept_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(LargeBinary)

    def write_files(self, files: Files) -> None:
        """Keep the files, compressed."""
        texts = {name: base64.b64encode(content).decode() for name, content in sorted(files.items())}
        self.content = zlib.compress(json.dumps(texts).encode(), 9)

    def read_files(self) -> dict[str, bytes]:
        """The files as they were."""
        texts = json.loads(zlib.decompress(self.content))
        return {name: base64.b64decode(content) for name, content in texts.items()}


def keep(sessions: sessionmaker[Session], files: Files) -> str:
    """Keep a set of definitions for good; its fingerprint. Kept before, it is not kept again."""
    sha256 = fingerprint(files)
    with sessions() as session:
        if session.get(DefinitionSet, sha256) is None:
            row = DefinitionSet(sha256=sha256, release=version("kakazu"), kept_at=clock.now())
            row.write_files(files)
            session.add(row)
            try:
                session.commit()
            except IntegrityError:  # another process keeps the same set at this moment
                session.rollback()
    return sha256


def kept(session: Session, sha256: str) -> Catalogue | None:
    """The definitions of a fingerprint; None where they were not kept."""
    row = session.get(DefinitionSet, sha256)
    return _catalogue(row.sha256, row.content) if row is not None else None


@functools.lru_cache(maxsize=4)
def _catalogue(sha256: str, content: bytes) -> Catalogue:
    return catalogue_of(DefinitionSet(sha256=sha256, content=content).read_files())
