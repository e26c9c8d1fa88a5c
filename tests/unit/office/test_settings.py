"""Settings: defaults, file, environment over file, and every fault named at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from office.settings import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAKAZU_DATA", raising=False)


def test_an_empty_folder_has_the_defaults(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "not-there-yet")
    assert settings.municipality == "みほん市"
    assert settings.database == f"sqlite:///{tmp_path / 'not-there-yet' / 'kakazu.db'}"
    assert settings.keys_folder == tmp_path / "not-there-yet" / "keys"


def test_the_environment_goes_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text('port = 9001\nmunicipality = "見本町"\n', encoding="utf-8")
    monkeypatch.setenv("KAKAZU_PORT", "9002")
    monkeypatch.setenv("KAKAZU_DATA", "/elsewhere")
    settings = load_settings(tmp_path)
    assert (settings.port, settings.municipality, settings.data) == (9002, "見本町", tmp_path)


def test_every_fault_is_named_with_file_or_variable_and_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text(
        'prot = 1\nsession_minutes = 0\nmunicipality_code = "123456"\ndata = "x"\n'
        'database_url = "mysql://x"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("KAKAZU_HTTPS", "perhaps")
    monkeypatch.setenv("KAKAZU_HOTS", "0.0.0.0")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    file = tmp_path / "settings.toml"
    named = {
        fault.partition(": ")[0] if "環境" in fault else ": ".join(fault.split(": ")[:2])
        for fault in caught.value.faults
    }
    assert named == {
        f"{file}: prot",
        f"{file}: session_minutes",
        f"{file}: municipality_code",
        f"{file}: data",
        f"{file}: database_url",
        "環境変数 KAKAZU_HTTPS",
        "環境変数 KAKAZU_HOTS",
    }
    assert all(fault in caught.value.message for fault in caught.value.faults)
    assert all(any("ぁ" <= letter <= "ん" for letter in fault) for fault in caught.value.faults)


def test_a_file_that_is_no_toml_is_named_together_with_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text("port = = 1", encoding="utf-8")
    monkeypatch.setenv("KAKAZU_PORT", "much")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert len(caught.value.faults) == 2
    assert "TOML" in caught.value.faults[0]


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with pytest.raises(ValidationError):
        settings.port = 1
