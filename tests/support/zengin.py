"""The invented payments of the golden bank files, and the hashes those files must have."""

from __future__ import annotations

_OWN: dict[str, str | int] = {
    "client_code": "1234567890",
    "bank_code": "9999",
    "bank_name": "ﾃｽﾄｷﾞﾝｺｳ",
    "branch_code": "999",
    "branch_name": "ﾎﾝﾃﾝ",
    "account_kind": 1,
    "account_number": "9000001",
}
TRANSFER_HEADER: dict[str, str | int] = {**_OWN, "client_name": "ﾐﾗｲｼ ｶｲｹｲｶﾝﾘｼﾔ", "due": "0715"}
DEBIT_HEADER: dict[str, str | int] = {**_OWN, "client_name": "ﾐﾗｲｼ ｶｲｹｲｶ", "due": "0630"}
_PAYEE: dict[str, str | int] = {
    "bank_code": "9999",
    "bank_name": "ﾃｽﾄｷﾞﾝｺｳ",
    "branch_name": "ﾎﾝﾃﾝ",
    "clearing_house": "0000",
    "account_kind": 1,
    "new_code": 0,
    "customer_1": 1,
    "customer_2": 2,
    "transfer_kind": 7,
}
TRANSFER_ROWS: list[dict[str, str | int]] = [
    {
        **_PAYEE,
        "branch_code": "999",
        "account_number": "9000004",
        "payee_name": "ｶ)ﾃｽﾄｼﾖｳｼﾞ",
        "amount": 1234567,
    },
    {**_PAYEE, "branch_code": "998", "account_number": "9000005", "payee_name": "ﾀﾅｶ ｼﾞﾛ-", "amount": 8000},
]
DEBIT_ROWS: list[dict[str, str | int]] = [
    {
        "bank_code": "9999",
        "branch_code": "999",
        "account_kind": 1,
        "account_number": "9000002",
        "payer_name": "ﾔﾏﾀﾞ ﾀﾛｳ",
        "amount": 56400,
        "new_code": 0,
        "customer": "1320470000012345",
    },
    {
        "bank_code": "9999",
        "branch_code": "998",
        "account_kind": 1,
        "account_number": "9000003",
        "payer_name": "ｽｽﾞｷ ﾊﾅｺ",
        "amount": 12300,
        "new_code": 1,
        "customer": "1320470000067890",
    },
]
GOLDEN = {
    ("request", False): "11b1f290d01b3c06b46750ff02a3e6e77a3a6f016a28796d9dad357f4b353083",
    ("request", True): "8823fb1726aff00124513f320e47d5b0729fff4ea1c7ac59246fbb95d1c9e3ed",
    ("result", False): "b21afd068da869274b00a5066ea94e45df92fe4d01b383eb39013238b1f17559",
    ("result", True): "7f8f16bb851f61b1850b712d0abc742839e6d96bc2e56e2acc3bb8b08f906450",
    ("transfer", False): "07b58a89e08a6fa8d9432cc62e379ee600d41cb0de996831de847e0c1a317d2f",
    ("transfer", True): "d254576a84fce9878a5aa09ab202a2cc10efd19ff3d299af2f357dacd1ef4714",
}
"""By file and whether CRLF parts the records (record-layouts §6)."""
