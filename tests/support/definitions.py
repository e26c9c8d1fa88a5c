"""A small folder of definitions that is right, to plant faults in."""

from __future__ import annotations

from pathlib import Path

PEOPLE = """\
label = "世帯"

[persons.member.name]
kind = "name"
label = "氏名"

[persons.member.birth_on]
kind = "date"
label = "生年月日"

[facts.members]
kind = "people"
of = "member"
label = "異動する方"
question = "引っ越してきた方は？"

[facts.who]
kind = "choice"
label = "届け出る方"
question = "どなたですか。"
options_from = "members"

[facts.applicant]
kind = "person"
of = "member"
label = "届出人"
derived = "members.first(name.full == who)"

[facts.moved_on]
kind = "date"
label = "異動日"
question = "いつですか。"
must = "moved_on <= today"
must_say = "今日までの日付にしてください。"

[facts.pet]
kind = "choice"
label = "ペット"
question = "犬はいますか。"
options = { dog = "犬", none = "いません" }

[sections.applicant]
label = "届け出る方"
fields = [
  { fact = "applicant.name" },
]
"""

EVENT = """\
title = "引っ越し"
summary = "引っ越したとき。"
undecided = "まだ分かりません。"
first = ["moved_on", "people"]
"""

FORM = """\
number = 26
in_force_from = 2026-04-01
title = "犬の登録"
summary = "犬を登録します。"
who_may_apply = "飼い主"

[[basis]]
law = "見本法"

[deadline]
days = 30
from = "moved_on"

[events.move]
when = 'pet == "dog"'
because = "犬がいるからです。"
otherwise = "犬がいないからです。"

[facts."dog.name"]
kind = "text"
label = "犬の名前"
question = "犬の名前は？"

[sections.applicant]
use = "applicant"

[sections.dog]
label = "犬"
fields = [
  { fact = "moved_on" },
  { fact = "dog.name", label = "名前" },
]
"""

ENGLISH = """\
title = "Dog registration"

[sections.dog]
fields."dog.name".label = "Name"
"""

FILES = {
    "blocks/people.toml": PEOPLE,
    "life_events/move.toml": EVENT,
    "procedures/dog/v1/form.toml": FORM,
    "procedures/dog/v1/labels.en.toml": ENGLISH,
}


def write(folder: Path, changed: dict[str, str] | None = None) -> Path:
    """The folder with its files, some of them changed."""
    for name, text in {**FILES, **(changed or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
