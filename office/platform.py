"""The opened world: settings, database, vault, the city's keys, the catalogue of procedures."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from forms.catalogue import Catalogue, load_catalogue
from forms.signing.keys import CityKeys
from office.database import make_engine, make_sessions, upgrade
from office.secrets import Vault
from office.settings import Settings


@dataclass(frozen=True, slots=True)
class Platform:
    """What everything that needs the world takes."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    vault: Vault
    keys: CityKeys
    catalogue: Catalogue


def open_platform(settings: Settings) -> Platform:
    """Open the world of a data folder; the first time, make folder, keys and tables.

    Raises the errors of its parts: `KeyRefused`, those of `CityKeys.open`, `DefinitionError`.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    upgrade(engine)
    return Platform(
        settings=settings,
        engine=engine,
        sessions=make_sessions(engine),
        vault=Vault.open(settings.keys_folder),
        keys=CityKeys.open(settings.keys_folder, settings.municipality),
        catalogue=load_catalogue(),
    )
