"""Reading composite values back from JSON: every member is a string and none is unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forms.errors import InvalidValue


def strings(data: object, what: str, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, str]:
    """The members of a JSON object, optional ones empty when absent. Raises `InvalidValue` naming `what`."""
    if not isinstance(data, Mapping):
        raise InvalidValue(f"{what}の形が正しくありません。項目ごとに入力してください。")
    unknown = sorted(str(key) for key in data if key not in (*required, *optional))
    missing = [key for key in required if key not in data]
    wrong = [str(key) for key, value in data.items() if not isinstance(value, str)]
    faults = [*missing, *unknown, *wrong]
    if faults:
        raise InvalidValue(f"{what}の項目（{'、'.join(faults)}）が正しくありません。入力し直してください。")
    return {key: data.get(key, "") for key in (*required, *optional)}
