"""The residents as CSV with the column names of the 基本データリスト (record-layouts §12.3).

Only names and order follow the list; no conformance is claimed. Columns of codes whose tables are not
public here (住民種別, 異動事由, 続柄コード, 在留資格等コード …) stay empty, and the words stand beside them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from forms.values.addresses import Address
from samples.city import City
from samples.people import HEAD, Household, Resident
from samples.towns import MUNICIPALITY_CODE

_PLACE = (
    "市区町村コード",
    "町字コード",
    "都道府県",
    "市区郡町村名",
    "町字",
    "番地号表記",
    "方書",
    "郵便番号",
)

COLUMNS = (
    *("宛名番号", "個人履歴番号", "個人履歴番号_枝番号", "世帯番号", "住民種別", "住民状態", "異動年月日"),
    *("異動年月日_不詳フラグ", "異動年月日_不詳表記", "異動届出年月日", "異動事由", "氏名"),
    *(
        "氏名_外国人ローマ字",
        "氏名_外国人漢字",
        "氏名_フリガナ",
        "旧氏",
        "旧氏_フリガナ",
        "通称",
        "通称_フリガナ",
    ),
    *("氏名優先区分", "性別", "性別表記", "生年月日", "生年月日_不詳フラグ", "生年月日_不詳表記"),
    *("続柄コード1", "続柄コード2", "続柄コード3", "続柄コード4", "続柄表記"),
    *(
        "住所_市区町村コード",
        "住所_町字コード",
        "指定都市_行政区等コード",
        "住所_都道府県",
        "住所_市区郡町村名",
    ),
    *(
        "住所_町字",
        "住所_番地号表記",
        "住所_番地枝番数値",
        "住所_方書コード",
        "住所_方書",
        "住所_方書_フリガナ",
    ),
    *("住所_郵便番号", "住民となった年月日", "住民となった年月日_不詳フラグ", "住民となった年月日_不詳表記"),
    *(f"転入前住所_{part}" for part in _PLACE),
    *("転入前住所_国名コード", "転入前住所_国名等", "転入前住所_国外住所", "転入前住所_世帯主氏名"),
    *("外国人住民となった年月日", "国籍等_国名コード", "国籍名等", "第30条45規定区分", "在留資格等コード"),
    *("在留期間の満了の日", "個人番号", "最新フラグ"),
)
"""Columns 39-44 (moves within and out of the city) and 50 have no content in a new city and are left out."""

_SEXES = {"male": ("1", "男"), "female": ("2", "女")}


def write_residents(city: City, path: Path) -> int:
    """Write every resident (UTF-8, LF, ISO dates); returns how many. Room does not grow with the city."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        for row in _rows(city):
            writer.writerow(row)
            count += 1
    return count


def _rows(city: City) -> Iterator[dict[str, str]]:
    for household in city.households():
        for resident in household.members:
            yield _row(household, resident)


def _row(household: Household, resident: Resident) -> dict[str, str]:
    """One resident's filled columns."""
    code, sex = _SEXES[resident.sex]
    row = {
        "宛名番号": resident.number,
        "個人履歴番号": "1",
        "個人履歴番号_枝番号": "0",
        "世帯番号": household.number,
        "異動年月日": resident.became_resident_on.isoformat(),
        "氏名": resident.name.full,
        "氏名_フリガナ": resident.name.full_kana,
        "性別": code,
        "性別表記": sex,
        "生年月日": resident.birth_on.isoformat(),
        "続柄表記": resident.relation,
        "住民となった年月日": resident.became_resident_on.isoformat(),
        "個人番号": resident.my_number,
        "最新フラグ": "1",
    }
    row |= _place("住所_", household.address) | {"住所_市区町村コード": MUNICIPALITY_CODE}
    return row | _origin(household, resident) | _foreign(resident)


def _place(prefix: str, address: Address) -> dict[str, str]:
    return {
        f"{prefix}都道府県": address.prefecture,
        f"{prefix}市区郡町村名": address.city,
        f"{prefix}町字": address.town,
        f"{prefix}番地号表記": address.block,
        f"{prefix}方書": address.building,
        f"{prefix}郵便番号": address.postal_code,
    }


def _origin(household: Household, resident: Resident) -> dict[str, str]:
    """Where a resident moved from; the old head only where the household moved as one."""
    if resident.moved_from is None:
        return {}
    together = resident.relation == HEAD or resident.moved_from == household.head.moved_from
    head = household.head.name.full if together else ""
    return _place("転入前住所_", resident.moved_from) | {"転入前住所_世帯主氏名": head}


def _foreign(resident: Resident) -> dict[str, str]:
    if resident.foreign is None:
        return {}
    until = resident.foreign.until
    return {
        "氏名_外国人ローマ字": resident.name.full,
        "外国人住民となった年月日": resident.became_resident_on.isoformat(),
        "国籍等_国名コード": resident.foreign.country_code,
        "国籍名等": resident.foreign.country,
        "在留期間の満了の日": until.isoformat() if until else "",
    }
