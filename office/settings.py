"""Settings: `<data>/settings.toml`, over it the environment (`KAKAZU_HOST` sets `host`).

What is unknown or wrong stops the start, everything named at once with its file or variable and key.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from forms.errors import InvalidValue
from forms.values.numbers import check
from office.errors import OfficeError

FILE = "settings.toml"
PREFIX = "KAKAZU_"
# Names the folder the settings lie in, so it cannot be one of them.
FOLDER_VARIABLE = "KAKAZU_DATA"


class SettingsError(OfficeError):
    """One or more settings are unknown or wrong; `faults` names each."""

    code = "settings"

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("設定を直してから、もう一度始めてください。\n" + "\n".join(faults))
        self.faults = faults


class Settings(BaseModel):
    """All settings. `data` is the folder; everything else has a default that serves one office."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path
    database_url: str = ""
    municipality: Annotated[str, Field(min_length=1, max_length=40)] = "みほん市"
    municipality_code: str = "999997"
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    https: bool = False
    session_minutes: Annotated[int, Field(ge=1, le=720)] = 60
    resident_cover_seconds: Annotated[int, Field(ge=10, le=600)] = 90
    resident_wipe_seconds: Annotated[int, Field(ge=10, le=600)] = 90
    officer_idle_seconds: Annotated[int, Field(ge=30, le=7200)] = 600
    job_threads: Annotated[int, Field(ge=1, le=64)] = 4
    checkpoint_minutes: Annotated[int, Field(ge=1, le=1440)] = 1
    pre_entry_days: Annotated[int, Field(ge=1, le=90)] = 14
    duplicate_days: Annotated[int, Field(ge=0, le=366)] = 30
    card_reader: Annotated[str, Field(max_length=40)] = ""
    paper_folder: Annotated[str, Field(max_length=400)] = ""
    paper_folder_officer: Annotated[str, Field(max_length=64)] = ""
    paper_files_by_itself: bool = False

    @field_validator("database_url")
    @classmethod
    def _supported(cls, url: str) -> str:
        """SQLite and PostgreSQL through psycopg 3, nothing else."""
        if not url:
            return url
        try:
            driver = make_url(url).drivername
        except ArgumentError:
            driver = ""
        if driver not in ("sqlite", "postgresql+psycopg"):
            raise ValueError("「sqlite:///…」か「postgresql+psycopg://…」で書いてください。")
        return url

    @field_validator("municipality_code")
    @classmethod
    def _checked(cls, code: str) -> str:
        """Six digits, the last one the check digit (全国地方公共団体コード)."""
        try:
            found = check("municipality-code", code)
        except InvalidValue as error:
            raise ValueError(error.message) from error
        if not found.valid or len(found.digits) != 6:
            raise ValueError(found.message or "検査数字を含む6桁で書いてください。")
        return found.digits

    @property
    def database(self) -> str:
        """The database's URL; by default a file in the data folder."""
        return self.database_url or f"sqlite:///{self.data.absolute() / 'kakazu.db'}"

    @property
    def keys_folder(self) -> Path:
        """Where the keys lie: never inside the database or its backups."""
        return self.data / "keys"


def load_settings(data: Path) -> Settings:
    """The settings of a data folder; raises `SettingsError` naming every fault."""
    file = data / FILE
    written, faults = _written(file)
    origins = {key: f"{file}: {key}" for key in written}
    for variable, value in sorted(os.environ.items()):
        if variable.startswith(PREFIX) and variable != FOLDER_VARIABLE:
            key = variable.removeprefix(PREFIX).lower()
            written[key], origins[key] = value, f"環境変数 {variable}"
    if "data" in written:
        faults.append(f"{origins['data']}: データフォルダーはここでは決められません。")
    try:
        settings = Settings.model_validate({**written, "data": data})
    except ValidationError as error:
        faults += [_fault(detail, origins) for detail in error.errors()]
    if faults:
        raise SettingsError(tuple(faults))
    return settings


def _written(file: Path) -> tuple[dict[str, Any], list[str]]:
    """What the file says, and why it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")), []
    except FileNotFoundError:
        return {}, []
    except tomllib.TOMLDecodeError as error:
        return {}, [f"{file}: TOMLとして読めません（{error}）。"]
    except (UnicodeDecodeError, OSError) as error:
        return {}, [f"{file}: 読めません（{error}）。"]


_MESSAGES = {
    "extra_forbidden": "この設定はありません。つづりを確かめるか、消してください。",
    "int_parsing": "整数で書いてください。",
    "int_type": "整数で書いてください。",
    "int_from_float": "整数で書いてください。",
    "bool_parsing": "true か false で書いてください。",
    "bool_type": "true か false で書いてください。",
    "string_type": "文字列で書いてください。",
    "string_too_short": "空にはできません。",
    "string_too_long": "{max_length}文字以内で書いてください。",
    "greater_than_equal": "{ge}以上にしてください。",
    "less_than_equal": "{le}以下にしてください。",
    "value_error": "{error}",
}


def _fault(detail: ErrorDetails, origins: Mapping[str, str]) -> str:
    key = str(detail["loc"][0])
    message = _MESSAGES.get(detail["type"], detail["msg"])
    return f"{origins.get(key, key)}: {message.format(**detail.get('ctx', {}))}"
