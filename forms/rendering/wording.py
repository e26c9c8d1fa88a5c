"""The fixed words of an application's PDF, in Japanese and in the languages shown below the Japanese."""

from __future__ import annotations

LANGUAGE_NAMES = {"ja": "日本語", "ja-easy": "やさしい日本語", "en": "英語（English）"}

SOURCES = {
    "register": "台帳",
    "card": "カード",
    "said": "聞き取り",
    "paper": "紙",
    "derived": "自動",
    "default": "標準",
}
OFFICER = "職員"

# Keys are the Japanese words with {act} for 届出, 申請 or 請求.
_SECOND = {
    "en": {
        "受付番号": "Receipt number",
        "{act}日": "Date of filing",
        "{act}人": "Applicant",
        "職員が確認したこと": "Checked by the officer",
        "本人確認": "Identity check",
        "応対した職員": "Officer",
        "会話に使った言語": "Language of the conversation",
        "{act}の期限": "Deadline",
        "法的な根拠": "Legal basis",
        "{act}人の署名": "Signature of the applicant",
        "上に書かれた内容を確認しました。\nまちがいはありません。":
            "I have checked the contents above. They are correct.",
    },
}  # fmt: skip


def second(text: str, language: str) -> str:
    """The words below the Japanese `text` in `language`; empty for Japanese and where there are none."""
    return _SECOND.get(language, {}).get(text, "")
