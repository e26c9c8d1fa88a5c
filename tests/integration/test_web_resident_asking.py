"""Questions on the resident's own face: one at a time, each saved at once, nothing else opens."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from forms.catalogue import PACKAGED
from forms.definition import Field, Labels, Option
from forms.language import LANGUAGES
from office import clock
from office.accounts.roles import Role
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import cases, conversations
from office.records.models.cases import Case, CaseState
from office.web.application import create_app
from office.web.resident.origins import question_of
from office.web.wording import Worded, lacks, option_words, worded
from tests.support.ground import PASSWORD, officer, opened
from tests.support.moving_in import family_interview, known_family
from tests.support.pages import finished_case, hand_over, post, signed_in, state_of, texts_of, token_of

NUMBERS = count(1)
OPEN = ("contact.phone", "account", "child.custody")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return opened(tmp_path_factory.mktemp("asking") / "data")


@pytest.fixture(scope="module")
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture
def counter(app: Flask, platform: Platform) -> tuple[FlaskClient, str]:
    """An officer signed in, and a case in which `OPEN` is still to be asked."""
    login, on = f"ask{next(NUMBERS)}", clock.today()
    actor = officer(platform.sessions, login, Role.COUNTER)
    interview = family_interview(platform.catalogue, on, known_family(on))
    for fact in OPEN:
        interview = interview.forget(fact)
    with platform.sessions.begin() as session:
        case_id = cases.open_case(session, actor, platform.vault, interview).id
    return signed_in(app, login), case_id


def answer_of(platform: Platform, case_id: str, fact: str) -> object:
    with platform.sessions() as session:
        interview = conversations.interview_of(platform, session.get_one(Case, case_id))
    return interview.answers[fact].value if fact in interview.answers else None


def put(client: FlaskClient, case_id: str, *facts: str) -> str:
    """Put questions to the resident's face (all that is left, where none is named); gives its address."""
    fields = {"fact": list(facts), "act": "some" if facts else "all"}
    token = token_of(client.get(f"/counter/{case_id}"))
    answer = client.post(f"/counter/{case_id}/ask", data={**fields, "csrf_token": token})
    assert answer.location == f"/resident/{case_id}/", texts_of(answer)
    return f"/resident/{case_id}"


def test_all_that_is_left_is_asked_one_by_one(platform: Platform, counter: tuple[FlaskClient, str]) -> None:
    client, case_id = counter
    face = put(client, case_id)
    assert post(client, f"{face}/", language="en").location == f"{face}/ask"
    first = client.get(f"{face}/ask").location
    assert first == f"{face}/ask/contact.phone"
    page = client.get(first)
    assert "Question 1 of 3" in texts_of(page)
    assert page.text.count("<h1") == 1
    assert "サインアウト" not in page.text
    refused = post(client, first, **{"contact.phone": "not a number", "act": "save"})
    assert refused.status_code == 422
    assert "This answer cannot be used." in texts_of(refused)
    assert 'lang="ja"' in refused.text, "the reason is Japanese and says so"
    assert answer_of(platform, case_id, "contact.phone") is None
    then = post(client, first, **{"contact.phone": "090-1111-2222", "act": "save"})
    assert answer_of(platform, case_id, "contact.phone") == "090-1111-2222"
    seen = [first]
    while "/ask/" in then.location:
        seen.append(then.location)
        fact = then.location.rpartition("/")[2]
        said = {
            "account": {
                "account-bank_code": "9999",
                "account-branch_code": "001",
                "account-number": "7654321",
                "account-holder_kana": "タカハシ ケンタ",
                "account-kind": "ordinary",
            },
            "child.custody": {"child.custody": "yes"},
        }[fact]
        assert f'href="{seen[-2]}"' in client.get(then.location).text, "one back"
        then = post(client, then.location, **said, act="save")
    assert len(seen) == 3
    assert client.get(then.location).location == f"{face}/answered"
    assert "Thank you" in texts_of(client.get(f"{face}/answered"))
    taken = post(client, f"{face}/take-back", password=PASSWORD)
    assert taken.location == f"/counter/{case_id}"
    assert client.get(f"{face}/ask").location == f"/counter/{case_id}", "nothing is asked any more"


def test_nothing_but_the_questions_put_opens(platform: Platform, counter: tuple[FlaskClient, str]) -> None:
    client, case_id = counter
    face = put(client, case_id, "contact.phone")
    for path in ("check", "sign", "sign/typed", "sign/assisted", "sign/paper", "done", "documents/x"):
        assert client.get(f"{face}/{path}").location == f"{face}/", path
    for fact in ("identity.method", "members", "account", "nonsense"):
        assert client.get(f"{face}/ask/{fact}").location == f"{face}/ask", fact
        token = token_of(client.get(f"{face}/ask/contact.phone"))
        client.post(f"{face}/ask/{fact}", data={"csrf_token": token, fact: "yes", "act": "save"})
    assert answer_of(platform, case_id, "account") is None
    assert client.get("/counter/").location == f"{face}/"
    assert client.get(f"/resident/{'0' * 26}/ask").location == f"{face}/"


def test_whoever_does_not_know_calls_the_officer(
    platform: Platform, counter: tuple[FlaskClient, str]
) -> None:
    client, case_id = counter
    face = put(client, case_id)
    asked = post(client, f"{face}/ask/contact.phone", act="help")
    assert asked.location == f"{face}/call"
    taken = post(client, f"{face}/take-back", password=PASSWORD)
    assert taken.location == f"/counter/{case_id}#ask-contact.phone"
    board = client.get(f"/counter/{case_id}")
    assert "住民が「わからない」と言った質問" in texts_of(board)
    assert 'href="#ask-contact.phone"' in board.text
    face = put(client, case_id)
    assert "住民が「わからない」" not in texts_of(client.get(f"{face}/ask/contact.phone"))


def test_secret_numbers_stay_masked(platform: Platform, counter: tuple[FlaskClient, str]) -> None:
    client, case_id = counter
    numbers = [one["my_number"] for one in answer_of(platform, case_id, "members")]  # type: ignore[attr-defined]
    face = put(client, case_id, "members")
    page = client.get(f"{face}/ask/members")
    assert not [number for number in numbers if number in page.text]
    assert re.search(r"\*{8}\d{4}", page.text)
    kept = {
        name: value
        for name, value in re.findall(r'name="(members-[^"]+)"[^>]*? value="([^"]*)"', page.text)
        if "checked" not in name
    }
    chosen = re.findall(r'<input checked[^>]*? name="(members-[^"]+)"[^>]*? value="([^"]*)"', page.text)
    post(client, f"{face}/ask/members", **{**kept, **dict(chosen)}, act="save")
    again = [one["my_number"] for one in answer_of(platform, case_id, "members")]  # type: ignore[attr-defined]
    assert again == numbers, "a mask sent back changes nothing"


def test_a_question_put_to_nobody_is_refused(counter: tuple[FlaskClient, str]) -> None:
    client, case_id = counter
    token = token_of(client.get(f"/counter/{case_id}"))
    for fields in ({"act": "some"}, {"act": "some", "fact": "identity.method"}):
        answer = client.post(f"/counter/{case_id}/ask", data={**fields, "csrf_token": token})
        assert answer.status_code == 409
        assert "住民の画面でたずねる質問がありません" in texts_of(answer)


def test_a_wrong_line_leads_to_its_question(app: Flask, platform: Platform) -> None:
    login = f"line{next(NUMBERS)}"
    case_id = finished_case(platform, officer(platform.sessions, login, Role.COUNTER))
    client = signed_in(app, login)
    face = hand_over(client, case_id)
    page = client.get(f"{face}/check")
    wrong = re.findall(r'action="([^"]+/wrong)">.*?name="box" value="([^"]+)"', page.text)
    assert len(wrong) > 5, "each line has its own button"
    with platform.sessions() as session:
        case = session.get_one(Case, case_id)
        interview = conversations.interview_of(platform, case)
        procedure = platform.catalogue.procedure(case.applications[0].procedure)
    led = {box: question_of(interview, procedure, procedure.field(box).fact) for _, box in wrong}
    asked = {one.fact for one in interview.questions()}
    assert set(led.values()) <= asked | {""}
    assert sum(bool(fact) for fact in led.values()) >= len(led) - 1, led
    address, box = next(one for one in wrong if led[one[1]] == "contact.phone")
    assert post(client, f"{face}/check", address, box=box).location == f"{face}/call"
    assert "ほかにも ちがう ところがある" in texts_of(client.get(f"{face}/call"))
    assert "「ちがう」と知らせました" in texts_of(client.get(f"{face}/check"))
    assert post(client, f"{face}/check", address, box="no.such.box").status_code == 404
    post(client, f"{face}/take-back", password=PASSWORD)
    post(client, f"/counter/{case_id}", f"/counter/{case_id}/reopen")
    board = client.get(f"/counter/{case_id}")
    assert "住民が「ちがう」と言った項目" in texts_of(board)
    assert 'href="#ask-contact.phone"' in board.text
    face = hand_over(client, case_id)
    assert "「ちがう」と知らせました" not in texts_of(client.get(f"{face}/check")), "looked at and shown anew"


def test_the_look_is_kept_for_the_case(platform: Platform, counter: tuple[FlaskClient, str]) -> None:
    client, case_id = counter
    face = put(client, case_id)
    where = f"{face}/ask/contact.phone"
    assert post(client, where, f"{face}/look", text_size="largest", back=where).location == where
    assert 'class="text-largest"' in client.get(where).text
    post(client, where, f"{face}/look", contrast="yes", back=where)
    assert 'class="text-largest contrast"' in client.get(f"{face}/").text
    assert post(client, where, f"{face}/look", text_size="huge").status_code == 409
    for elsewhere in ("https://example.jp/", "//example.jp", "/counter/", f"{face}/../../counter/"):
        answer = post(client, where, f"{face}/look", text_size="large", back=elsewhere)
        assert answer.location == f"{face}/", elsewhere


def test_a_face_left_alone_is_closed_by_the_server(
    platform: Platform, counter: tuple[FlaskClient, str]
) -> None:
    client, case_id = counter
    face = put(client, case_id)
    page = f"{face}/ask/contact.phone"
    settings = platform.settings
    patience = settings.resident_cover_seconds + settings.resident_wipe_seconds + 60
    with time_machine.travel(clock.now(), tick=False) as traveller:
        assert client.get(page).status_code == 200
        traveller.shift(timedelta(seconds=patience))
        assert client.get(page).status_code == 200, "a touch just in time"
        traveller.shift(timedelta(seconds=patience + 1))
        for path in ("", "ask", "ask/contact.phone", "call", "alive"):
            assert client.get(f"{face}/{path}").location == f"{face}/locked", path
        locked = client.get(f"{face}/locked")
        assert "この画面は閉じています" in texts_of(locked)
        assert "髙橋" not in locked.text
        assert locked.headers["Cache-Control"] == "no-store"
        assert client.get("/counter/").location == f"{face}/"
        assert client.get(f"{face}/").location == f"{face}/locked"
        taken = post(client, f"{face}/take-back", password=PASSWORD)
        assert taken.location == f"/counter/{case_id}"
        assert client.get(f"/counter/{case_id}").status_code == 200


def test_an_officers_screen_hides_itself(app: Flask, platform: Platform) -> None:
    login = f"desk{next(NUMBERS)}"
    officer(platform.sessions, login, Role.COUNTER)
    client = signed_in(app, login)
    page = "/applications/?text=%E8%A6%8B%E6%9C%AC"
    hidden = post(client, page, "/screen/hide", back=page)
    assert hidden.location == "/screen/hidden"
    for path in ("/", "/counter/", page, "/screen/look"):
        assert client.get(path).location in ("/screen/hidden", None), path
    swapped = client.get("/counter/", headers={"HX-Request": "true"})
    assert (swapped.status_code, swapped.headers["HX-Redirect"]) == (204, "/screen/hidden")
    assert post(client, "/screen/hidden", password="wrong-password").status_code == 403
    assert post(client, "/screen/hidden", password=PASSWORD).location == page
    assert client.get(page).status_code == 200
    outside = post(client, page, "/screen/hide", back="//example.jp/")
    assert outside.location == "/screen/hidden"
    assert post(client, "/screen/hidden", password=PASSWORD).location == "/"
    idle = platform.settings.officer_idle_seconds + 61
    with time_machine.travel(clock.now(), tick=False) as traveller:
        assert client.get(page).status_code == 200
        traveller.shift(timedelta(seconds=idle))
        assert client.get(page).location == "/screen/hidden"
        assert post(client, "/screen/hidden", password=PASSWORD).location == page


def test_officers_choose_their_look_for_the_session(app: Flask, platform: Platform) -> None:
    login = f"look{next(NUMBERS)}"
    officer(platform.sessions, login, Role.COUNTER)
    client = signed_in(app, login)
    assert post(client, "/", "/screen/look", text_size="large", back="/counter/").location == "/counter/"
    post(client, "/", "/screen/look", contrast="yes", back="/")
    assert 'class="text-large contrast"' in client.get("/counter/").text
    post(client, "/", "/screen/look", text_size="enormous", contrast="no", back="/")
    assert 'class="text-large"' in client.get("/counter/").text


def test_a_missing_translation_says_so() -> None:
    text = Labels("x", (("ja", "電話番号"), ("en", "Telephone")))
    only = Labels("y", (("ja", "電話番号"),))
    assert worded(text, "en") == Worded("Telephone")
    assert worded(only, "en") == Worded("電話番号", only_japanese=True)
    assert worded(only, "ja") == Worded("電話番号")
    assert worded(Labels(), "en") == Worded("")
    field = Field(
        "f",
        "f",
        "choice",
        text,
        options=(Option("yes", only), Option("髙橋 健太", Labels("n", (("ja", "髙橋 健太"),)))),
    )
    words = option_words(field, "en")
    assert words["yes"].only_japanese
    assert not words["髙橋 健太"].only_japanese, "a name is nobody's translation"
    assert lacks(field, "en", "yes")
    assert lacks(field, "en", ["髙橋 健太", "yes"])
    assert not lacks(field, "ja", "yes")
    assert not lacks(replace(field, options=()), "en", "yes")


def test_the_resident_sees_the_mark_of_a_missing_translation(tmp_path: Path) -> None:
    """A city's own block whose English says nothing of the telephone."""
    city = tmp_path / "data" / "definitions" / "blocks"
    city.mkdir(parents=True)
    english = (PACKAGED / "blocks" / "applicant.en.toml").read_text(encoding="utf-8")
    left = [line for line in english.splitlines() if "contact.phone" not in line]
    assert len(left) < len(english.splitlines())
    (city / "applicant.en.toml").write_text("\n".join(left), encoding="utf-8")
    platform = opened(tmp_path / "data")
    case_id = finished_case(platform, officer(platform.sessions, "mado", Role.COUNTER))
    client = signed_in(create_app(platform, JobEngine(platform)), "mado")
    face = put(client, case_id, "contact.phone")
    for language, marks in (("en", 1), ("ja", 0)):
        post(client, f"{face}/", language=language)
        page = client.get(f"{face}/ask/contact.phone").text
        assert page.count('class="only-japanese"') >= marks
        assert ("Japanese only" in page) == bool(marks)
    post(client, f"{face}/take-back", password=PASSWORD)
    face = hand_over(client, case_id)
    post(client, f"{face}/", language="en")
    assert "Japanese only" in client.get(f"{face}/check").text, "the card's line says so too"


def test_every_language_stands_on_the_first_page(counter: tuple[FlaskClient, str]) -> None:
    client, case_id = counter
    face = put(client, case_id)
    page = client.get(f"{face}/").text
    assert re.findall(r'name="language" value="([^"]+)"', page) == list(LANGUAGES)
    for language in LANGUAGES:
        assert post(client, f"{face}/", language=language).status_code == 302
        assert client.get(f"{face}/ask/contact.phone").status_code == 200, language


def test_a_signed_case_asks_nothing(app: Flask, platform: Platform) -> None:
    login = f"late{next(NUMBERS)}"
    case_id = finished_case(platform, officer(platform.sessions, login, Role.COUNTER))
    client = signed_in(app, login)
    hand_over(client, case_id)
    post(client, f"/resident/{case_id}/take-back", password=PASSWORD)
    token = token_of(client.get(f"/counter/{case_id}"))
    answer = client.post(f"/counter/{case_id}/ask", data={"act": "all", "csrf_token": token})
    assert answer.status_code == 409
    assert state_of(platform, case_id)[0] is CaseState.SHOWN
