"""Definitions are read whole, and every fault is named by file, key and line."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.catalogue import UnknownProcedure, load_catalogue
from forms.definition_files import fingerprint
from forms.definition_lines import lines_of
from forms.errors import DefinitionError, Fault
from forms.interview import Interview
from tests.support.definitions import EVENT, FILES, FORM, PEOPLE, write

FORM_FILE, PEOPLE_FILE = "procedures/dog/v1/form.toml", "blocks/people.toml"
EVENT_FILE, ENGLISH_FILE = "life_events/move.toml", "procedures/dog/v1/labels.en.toml"


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as refused:
        load_catalogue(folder)
    return refused.value.faults


def test_a_folder_without_fault_is_read(tmp_path: Path) -> None:
    catalogue = load_catalogue(write(tmp_path))
    procedure = catalogue.procedure("dog")
    assert (procedure.number, procedure.version, procedure.in_force_from) == (26, 1, date(2026, 4, 1))
    assert [field.name for field in procedure.fields] == ["applicant.name", "moved_on", "dog.name"]
    assert procedure.field("dog.name").label.text("ja") == "名前"
    assert procedure.field("dog.name").label.text("en") == "Name"
    assert procedure.field("applicant.name").kind == "name"
    assert procedure.title.text("ja-easy") == "犬の登録"
    assert not procedure.title.has("ja-easy")
    assert procedure.deadline is not None
    assert procedure.deadline.last_day(date(2026, 4, 1)) == date(2026, 5, 1)
    assert [event.slug for event in catalogue.events()] == ["move"]


def test_the_small_folder_makes_an_interview(tmp_path: Path) -> None:
    catalogue = load_catalogue(write(tmp_path))
    interview = Interview.begin(catalogue, "move", date(2026, 4, 10))
    question = interview.next_question()
    assert question is not None
    assert question.fact == "pet"
    assert [one.fact for one in interview.answer("pet", "dog").questions()] == [
        "moved_on", "members", "pet", "dog.name",
    ]  # fmt: skip
    assert interview.answer("pet", "none").applications() == ()


def test_an_event_may_call_a_shared_question_otherwise(tmp_path: Path) -> None:
    folder = write(tmp_path)
    with (folder / EVENT_FILE).open("a", encoding="utf-8") as file:
        file.write('\n[facts.pet]\nquestion = "犬も来ましたか。"\n[blocks.people]\nlabel = "来た方"\n')
    interview = Interview.begin(load_catalogue(folder), "move", date(2026, 4, 10))
    asked = {one.fact: one for one in interview.questions()}
    plain = load_catalogue(folder).shared_facts["pet"].field
    assert asked["pet"].field.question.text("ja") == "犬も来ましたか。" != plain.question.text("ja")
    assert asked["pet"].field.label == plain.label
    assert asked["pet"].section.text("ja") == "来た方"


SWAPS = [
    # file, text, its replacement, key of the fault, what is said
    (FORM_FILE, "number = 26", "number = '26'", "number", "整数で書いて"),
    (FORM_FILE, "number = 26", "number = true", "number", "整数で書いて"),
    (FORM_FILE, 'title = "犬の登録"', 'titel = "犬の登録"', "titel", "この名前の項目はありません"),
    (FORM_FILE, 'title = "犬の登録"', 'titel = "犬の登録"', "title", "必要です"),
    (FORM_FILE, "in_force_from = 2026-04-01", 'in_force_from = "R8"', "in_force_from", "日付で書いて"),
    (FORM_FILE, 'law = "見本法"', 'article = "1条"', "basis.0.law", "必要です"),
    (FORM_FILE, 'law = "見本法"', 'law = "見本法"\nconfirmed = "yes"', "basis.0.confirmed", "true か false"),
    (FORM_FILE, 'from = "moved_on"', 'from = "moved_of"', "deadline.from", "「moved_of」という日付の欄"),
    (FORM_FILE, "days = 30", 'days = 30\nroll = "later"', "deadline.roll", "next-open-day"),
    (FORM_FILE, "[events.move]", "[events.mov]", "events.mov", "「mov」というライフイベント"),
    (FORM_FILE, '"dog"\'', '"dgo"\'', "events.move.when", "「dgo」という選択肢はありません（dog、none）"),
    (FORM_FILE, "when = 'pet", "when = 'pt", "events.move.when", "「pt」という事実はありません"),
    (FORM_FILE, "when = 'pet == \"dog\"'\n", "", "events.move.when", "どんなときに必要か"),
    (FORM_FILE, 'because = "犬がいるからです。"\n', "", "events.move.because", "必要です"),
    (
        FORM_FILE,
        'use = "applicant"',
        'use = "aplicant"',
        "sections.applicant.use",
        "「aplicant」という共通の節",
    ),
    (
        FORM_FILE,
        'use = "applicant"',
        'use = "applicant"\nlabel = "x"',
        "sections.applicant.label",
        "ありません",
    ),
    (FORM_FILE, 'fact = "moved_on" }', 'fact = "moved_of" }', "sections.dog.fields.0.fact", "「moved_of」"),
    (
        FORM_FILE,
        'fact = "moved_on" }',
        'fact = "moved_on", requird = false }',
        "sections.dog.fields.0.requird",
        "綴りを確かめて",
    ),
    (FORM_FILE, 'fact = "moved_on" }', 'fact = "moved_on", name = "dog.name" }', "sections", "2回あります"),
    (
        FORM_FILE,
        'fact = "moved_on" }',
        'fact = "pet", options = ["cat"] }',
        "sections.dog.fields.0.options",
        "「cat」という選択肢",
    ),
    (FORM_FILE, '{ fact = "moved_on" },', '"moved_on",', "sections.dog.fields", "表の配列"),
    (FORM_FILE, '[sections.applicant]\nuse = "applicant"', "", "sections", "申請者の氏名の欄"),
    (
        FORM_FILE,
        'kind = "text"',
        'kind = "txt"',
        "facts.dog.name.kind",
        "「txt」という種類はありません（text、kana",
    ),
    (FORM_FILE, '[facts."dog.name"]', '[facts."Dog Name"]', "facts.Dog Name", "小文字の英数字"),
    (FORM_FILE, '[facts."dog.name"]', "[facts.pet]", "facts.pet", "もう blocks/people.toml で決まっています"),
    (FORM_FILE, "number = 26", 'number = 26\nfor_each = "pet"', "for_each", "人の一覧の事実ではありません"),
    (PEOPLE_FILE, 'question = "いつですか。"\n', "", "facts.moved_on.question", "聞き方（question）か"),
    (PEOPLE_FILE, "must = ", "must_ = ", "facts.moved_on.must_", "ありません"),
    (PEOPLE_FILE, 'must_say = "今日までの日付にしてください。"\n', "", "facts.moved_on.must_say", "必要です"),
    (PEOPLE_FILE, "moved_on <= today", "moved_on <= who", "facts.moved_on.must", "「who」という事実"),
    (PEOPLE_FILE, 'options = { dog = "犬", none = "いません" }\n', "", "facts.pet.options", "選択肢"),
    (PEOPLE_FILE, 'options_from = "members"', 'options_from = "pet"', "facts.who.options_from", "人の一覧の"),
    (
        PEOPLE_FILE,
        'kind = "people"\nof = "member"',
        'kind = "people"\nof = "membr"',
        "facts.members.of",
        "member",
    ),
    (
        PEOPLE_FILE,
        'of = "member"\nlabel = "異',
        'of = "member"\nfields = ["age"]\nlabel = "異',
        "facts.members.fields",
        "「age」という欄",
    ),
    (
        PEOPLE_FILE,
        "members.first(name.full == who)",
        "members.first(name.ful == who)",
        "facts.applicant.derived",
        "「ful」という部分",
    ),
    (PEOPLE_FILE, "members.first(name.full == who)", "members", "facts.applicant.derived", "合いません"),
    (
        PEOPLE_FILE,
        'label = "ペット"',
        'label = "ペット"\ndefault = "\'cat\'"',
        "facts.pet.default",
        "合いません",
    ),
    (PEOPLE_FILE, 'label = "ペット"', 'label = "ペット"\nasked_of = "boss"', "facts.pet.asked_of", "officer"),
    (PEOPLE_FILE, 'label = "ペット"', 'label = "ペット"\npattern = "("', "facts.pet.pattern", "正規表現"),
    (
        PEOPLE_FILE,
        'label = "ペット"',
        'label = "ペット"\nnumber = "pin"',
        "facts.pet.number",
        "「pin」という番号",
    ),
    (
        PEOPLE_FILE,
        'label = "ペット"',
        'label = "ペット"\nwhen = "pet == \'dog\'"',
        "facts.pet",
        "輪になっています",
    ),
    (EVENT_FILE, '"people"]', '"peple"]', "first", "「peple」という事実もブロックもありません"),
    (EVENT_FILE, '"people"]', '"people"]\n[register]\nhead = "pet"', "register.head", "種類がname"),
    (EVENT_FILE, '"people"]', '"people"]\n[facts.pt]\nlabel = "犬"', "facts.pt", "「pt」という事実"),
    (EVENT_FILE, 'first = ["moved_on", "people"]', "first = [1]", "first", "文字の配列"),
    (
        EVENT_FILE,
        EVENT[-30:],
        EVENT[-30:] + '[derived]\nbreed = "pet"\n',
        "derived.breed",
        "「breed」という事実",
    ),
    (
        EVENT_FILE,
        EVENT[-30:],
        EVENT[-30:] + '[derived]\nmoved_on = "pet"\n',
        "derived.moved_on",
        "合いません",
    ),
    (ENGLISH_FILE, "title =", "titel =", "titel", "この訳に当たる文がありません"),
]


@pytest.mark.parametrize(("file", "old", "new", "key", "says"), SWAPS)
def test_a_fault_is_named(tmp_path: Path, file: str, old: str, new: str, key: str, says: str) -> None:
    assert old in FILES[file]
    text = FILES[file].replace(old, new, 1)
    found = [one for one in faults_of(write(tmp_path, {file: text})) if one.file == file and one.key == key]
    assert found, faults_of(tmp_path)
    assert says in found[0].message


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "line"),
    [
        (FORM_FILE, 'from = "moved_on"', 'from = "x"', "deadline.from", 12),
        (FORM_FILE, "when = 'pet", "when = 'pt", "events.move.when", 15),
        (FORM_FILE, 'because = "犬がいるからです。"\n', "", "events.move.because", 14),
        (FORM_FILE, 'fact = "dog.name"', 'fact = "x"', "sections.dog.fields.1.fact", 31),
        (PEOPLE_FILE, "name.full == who", "name.full == whom", "facts.applicant.derived", 27),
        (PEOPLE_FILE, 'options = { dog = "犬"', "options = { dog = 1", "facts.pet.options.dog", 40),
    ],
)
def test_the_line_is_the_line_of_the_key(
    tmp_path: Path, file: str, old: str, new: str, key: str, line: int
) -> None:
    assert old in FILES[file]
    faults = faults_of(write(tmp_path, {file: FILES[file].replace(old, new, 1)}))
    assert [one.line for one in faults if one.key == key] == [line]


def test_all_faults_are_named_at_once_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        {
            PEOPLE_FILE: PEOPLE.replace("moved_on <= today", "moved_on <= tomorrow"),
            FORM_FILE: FORM.replace("days = 30", 'days = "30"').replace('"dog"\'', '"cat"\''),
            "blocks/broken.toml": "label = \n",
            "blocks/latin.toml": "",
        },
    )
    (folder / "blocks/latin.toml").write_bytes('label = "é"'.encode("latin-1"))
    faults = faults_of(folder)
    assert [(one.file, one.line) for one in faults] == sorted((one.file, one.line) for one in faults)
    assert {one.key for one in faults} >= {"facts.moved_on.must", "deadline.days", "events.move.when"}
    broken = next(one for one in faults if one.file == "blocks/broken.toml")
    assert broken.line == 1
    assert "TOMLとして読めません" in broken.message
    assert any("UTF-8" in one.message for one in faults if one.file == "blocks/latin.toml")
    with pytest.raises(DefinitionError, match=r"procedures/dog/v1/form.toml:11: deadline.days: "):
        load_catalogue(folder)


def test_a_version_without_its_form_and_an_empty_one_are_faults(tmp_path: Path) -> None:
    folder = write(tmp_path, {"procedures/dog/v3/form.toml": ""})
    (folder / "procedures/dog/v2").mkdir()
    (folder / "procedures/dog/v2/labels.en.toml").write_text('title = "Dog"', encoding="utf-8")
    found = {one.file: one.message for one in faults_of(folder)}
    assert found["procedures/dog/v2/form.toml"] == "ファイルがありません。"
    assert found["procedures/dog/v3/form.toml"] == "中身がありません。"


def test_a_later_folder_lies_over_an_earlier_one(tmp_path: Path) -> None:
    city = tmp_path / "city"
    (city / "procedures/dog/v2").mkdir(parents=True)
    newer = FORM.replace("2026-04-01", "2027-04-01").replace("犬の登録", "犬の登録申請")
    (city / "procedures/dog/v2/form.toml").write_text(newer, encoding="utf-8")
    (city / "life_events").mkdir()
    (city / EVENT_FILE).write_text(EVENT.replace("引っ越しました", "移りました"), encoding="utf-8")
    catalogue = load_catalogue(write(tmp_path / "packaged"), city)
    assert [one.version for one in catalogue.versions] == [1, 2]
    assert catalogue.procedure("dog").title.text("ja") == "犬の登録申請"
    assert catalogue.procedure("dog", on=date(2026, 5, 1)).title.text("ja") == "犬の登録"


def test_files_have_one_fingerprint_whatever_their_order() -> None:
    files = {"blocks/a.toml": b"x", "blocks/b.toml": b"y"}
    assert fingerprint(files) == fingerprint(dict(reversed(files.items())))
    assert fingerprint(files) != fingerprint({"blocks/a.toml": b"y", "blocks/b.toml": b"x"})
    assert fingerprint({"a": b"bc"}) != fingerprint({"ab": b"c"})


def test_two_procedures_may_share_neither_number_nor_own_facts(tmp_path: Path) -> None:
    folder = write(tmp_path, {"procedures/hound/v1/form.toml": FORM})
    keys = {one.key: one.message for one in faults_of(folder)}
    assert "「dog」が使っています" in keys["number"]
    assert "手続「dog」でも" in keys["facts.dog.name"]


def test_facts_that_need_each_other_are_a_circle(tmp_path: Path) -> None:
    text = PEOPLE.replace('label = "異動日"', 'label = "異動日"\nwhen = "pet == \'dog\'"').replace(
        'label = "ペット"', 'label = "ペット"\nwhen = "moved_on < today"'
    )
    found = faults_of(write(tmp_path, {PEOPLE_FILE: text}))
    assert "moved_on → pet → moved_on" in found[0].message


def test_the_version_in_force_is_chosen_by_the_day(tmp_path: Path) -> None:
    newer = FORM.replace("in_force_from = 2026-04-01", "in_force_from = 2027-04-01").replace("30", "20")
    catalogue = load_catalogue(write(tmp_path, {"procedures/dog/v2/form.toml": newer}))
    assert catalogue.procedure("dog").version == 2
    assert catalogue.procedure("dog", date(2027, 3, 31)).version == 1
    assert catalogue.procedure("dog", date(2027, 4, 1)).version == 2
    assert catalogue.procedure("dog", version=1).version == 1
    assert [one.version for one in catalogue.procedures(date(2026, 4, 1))] == [1]
    assert catalogue.procedures(date(2026, 3, 31)) == ()
    for wrong in ({"version": 3}, {"on": date(2026, 3, 31)}):
        with pytest.raises(UnknownProcedure, match="dog"):
            catalogue.procedure("dog", **wrong)


def test_the_packaged_catalogue_is_read_once() -> None:
    assert load_catalogue() is load_catalogue()
    numbers = [one.number for one in load_catalogue().procedures()]
    assert numbers == sorted(set(numbers))
    assert {1, 5, 11, 14, 16} <= set(numbers)


TOML = """\
# comment with "quotes" and [brackets]
top = 1
dotted.key = "a # b"
"quoted key" = 'c'
text = \"\"\"
x = 1
[not.a.table]
"quoted\\""\"\"\"
literal = '''
y = 2'''
list = [
  1, # one
  [2, 3],
  { a = 1, b.c = [4] },
]

[table]
in = { x = { y = 1 } }

[[rows]]
name = "first"
[rows.inner]
deep = true
[[rows]]
name = "second"
when = 2026-04-01 # a date
[table.sub]
z = 1
"""


def test_lines_of_every_writing_of_toml() -> None:
    lines = lines_of(TOML)
    expected = {
        ("top",): 2, ("dotted", "key"): 3, ("quoted key",): 4, ("text",): 5, ("literal",): 9, ("list",): 11,
        ("list", 0): 12, ("list", 1): 13, ("list", 1, 1): 13, ("list", 2): 14, ("list", 2, "b", "c"): 14,
        ("table",): 17, ("table", "in", "x", "y"): 18, ("rows",): 20, ("rows", 0, "name"): 21,
        ("rows", 0, "inner", "deep"): 23, ("rows", 1, "name"): 25, ("rows", 1, "when"): 26,
        ("table", "sub", "z"): 28,
    }  # fmt: skip
    assert {place: lines.get(place) for place in expected} == expected
    assert not any("not" in place for place in lines)


KEYS = st.text("abcdefghij-_", min_size=1, max_size=6)
SCALARS = st.one_of(
    st.integers().map(str), st.just("true"), st.just("2026-04-01"), st.just("1.5"),
    st.text('ab"\\\'[]{}#=,\n 漢', max_size=8).map(
        lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    ),
    st.text('ab"\\[]{}#=,\n 漢', max_size=8).map(lambda text: f"'''{text}'''"),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(KEYS, inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"
        ),
    ),
    max_leaves=6,
)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5))
def test_every_key_is_found_on_its_line(table: dict[str, str]) -> None:
    text, expected, line = "", {}, 1
    for key, value in table.items():
        expected[key] = line
        text += f"{key} = {value}\n"
        line = text.count("\n") + 1
    tomllib.loads(text)
    lines = lines_of(text)
    assert {key: lines[(key,)] for key in expected} == expected
