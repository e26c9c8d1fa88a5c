"""Every page of the application with an address at which it can be looked at.

`{names}` in an address are what `tests.support.city_at_work` makes. A page that stands neither here nor,
with a reason, in `NOT_WALKED` fails tests/architecture/test_pages_walked.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Flask
from werkzeug.routing import Rule

from office.accounts.roles import OFFICER_ROLES, Act, Role, permits
from office.web.policy import policy_of
from tests.support.suite import bare_app

LOGINS = {
    "mado": Role.COUNTER,
    "jimu": Role.BACK_OFFICE,
    "kessai": Role.APPROVER,
    "kansa": Role.AUDITOR,
    "kanri": Role.ADMINISTRATOR,
}

# For officers: walked by every role that may open the page.
OFFICERS: Mapping[str, tuple[str, ...]] = {
    "today.today": ("/",),
    "applications.listing": ("/applications/", "/applications/?text=ない", "/applications/?state=accepted"),
    "applications.detail": ("/applications/{filed}", "/applications/{returned}"),
    "applications.copy": ("/applications/{filed}/copy",),
    "audit.journal": ("/audit/", "/audit/?text=サインイン"),
    "calibration.overview": ("/reading/", "/reading/?days=30"),
    "contracts.listing": ("/contracts/",),
    "contracts.detail": ("/contracts/{going_round}", "/contracts/{preparing}"),
    "contracts.enter": ("/contracts/{preparing}/papers/delivery-note",),
    "counter.cases": ("/counter/", "/counter/?name=", "/counter/?name=ナイ"),
    "counter.conversation": ("/counter/{case}", "/counter/{begun}"),
    "counter.card": ("/counter/{begun}/card",),
    "counter.correction": ("/counter/{correcting}/correction",),
    "counter.correct": ("/counter/corrections/{returned}",),
    "counter.doubles": ("/counter/{case}/doubles",),
    "counter.hand_on": ("/counter/{case}/hand-on",),
    "counter.pre_entry": ("/counter/pre-entry",),
    "counter.find_household": ("/counter/start/care", "/counter/start/care?kana=サ"),
    "counter.preview": ("/counter/start/care/{household}",),
    "signing.paper": ("/counter/{shown}/paper",),
    "counters.listing": ("/counters/",),
    "counters.edit": ("/counters/{counter}",),
    "counters.new": ("/counters/new",),
    "decisions.inbox": ("/decisions/",),
    "decisions.detail": ("/decisions/{circulation}",),
    "measures.overview": ("/measures/", "/measures/?by=event", "/measures/?by=week"),
    "officers.listing": ("/officers/",),
    "older_forms.listing": ("/paper/forms/",),
    "older_forms.new": ("/paper/forms/new",),
    "older_forms.edit": ("/paper/forms/{older_form}",),
    "paper.waiting": ("/paper/",),
    "paper.confirm": ("/paper/{sheet}",),
    "paper_tables.listing": ("/paper/tables/",),
    "paper_tables.table": ("/paper/tables/{table}", "/paper/tables/{table_taken}"),
    "paper_tables.discard": ("/paper/tables/{table}/discard",),
    "postings.listing": ("/paper/postings/",),
    "postings.new": ("/paper/postings/new/{table_taken}",),
    "postings.show": ("/paper/postings/{posting}",),
    "paper_tables.lists.show": ("/paper/tables/readings/{list_reading}",),
    "paper.discard": ("/paper/{sheet}/discard",),
    "paper.batches.listing": ("/paper/batches/",),
    "paper.batches.show": ("/paper/batches/{batch}",),
    "paper.batches.report": ("/paper/batches/{batch}/report",),
    "paper.comparisons.show_comparison": ("/paper/batches/comparisons/{comparison}",),
    "paper.verify.next_doubt": ("/paper/verify/", "/paper/verify/?by=kind"),
    "paper.verify.one": ("/paper/verify/{doubt}",),
    "paper.verify.asked": ("/paper/verify/asked",),
    "paper.finding.search": ("/paper/find/", "/paper/find/?text=ない", "/paper/find/?state=waiting"),
    "paper.sorting.assign": ("/paper/sorting/{unknown_page}/assign",),
    "procedures.listing": ("/procedures/",),
    "procedures.detail": ("/procedures/child-allowance/v1", "/procedures/child-allowance/v1?language=en"),
    "procedures.draft": ("/procedures/drafts/{draft}",),
    "queue.board": ("/queue/",),
    "queue.slip": ("/queue/tickets/{ticket}/slip",),
    "routes.listing": ("/routes/",),
    "routes.edit": ("/routes/{route}",),
    "routes.new": ("/routes/new",),
    "console.runs": ("/runs/",),
    "console.robots": ("/runs/robots",),
    "console.run": ("/runs/run/{run}",),
    "dates.listing": ("/runs/dates/",),
    "surveys.listing": ("/surveys/",),
    "surveys.detail": ("/surveys/{survey}/", "/surveys/{survey_draft}/"),
    "surveys.outline": ("/surveys/{survey_draft}/outline",),
    "surveys.poster": ("/surveys/{survey}/poster",),
    "surveys.question": ("/surveys/{survey_draft}/questions/new", "/surveys/{survey_draft}/questions/q1"),
    "survey_results.overview": ("/surveys/{survey}/results/", "/surveys/{answered}/results/"),
    "surveys.new": ("/surveys/new",),
    "tablet.listing": ("/tablets/",),
    "tablet.new": ("/tablets/new",),
}

# For everybody, in the language `{language}`; each with the address that chooses it, if it is another one.
PUBLIC: Mapping[str, tuple[str, ...]] = {
    "booking.start": ("/booking/?language={language}",),
    "booking.days": ("/booking/for/move-in",),
    "booking.times": ("/booking/for/move-in/{day}",),
    "booking.confirm": ("/booking/for/move-in/{day}/{time}",),
    "booking.mine": ("/booking/mine?number=1234-5678",),
    "booking.show": ("/booking/show",),
    "hall.kiosk": ("/hall/kiosk/{kiosk}", "/hall/kiosk/{kiosk}?fault=1"),
    "hall.taken": ("/hall/kiosk/{kiosk}/{ticket_token}",),
    "hall.ticket": ("/hall/ticket/{ticket_token}",),
    "guide.page": ("/guide/?language={language}",),
    "preentry.events_page": ("/pre-entry/{language}",),
    "answering.sheet": ("/q/{survey}/?lang={language}",),
    "answering.thanks": ("/q/{survey}/thanks?lang={language}",),
}

# For everybody, and the same in every language.
ONE_LANGUAGE: Mapping[str, tuple[str, ...]] = {
    "signin.sign_in": ("/sign-in",),
    "preentry.languages_page": ("/pre-entry/",),
    "hall.display": ("/hall/display",),
    "tablet.shell": ("/tablet/",),
}

# The resident's face (tests/browser/test_resident_universal.py), while it asks and while it shows.
ASKING: Mapping[str, tuple[str, ...]] = {
    "resident.welcome": ("",),
    "resident.question": (
        "ask/contact.phone",
        "ask/account",
        "ask/insurance.members",
        "ask/child.custody",
    ),
    "resident.answered": ("answered",),
    "resident.call": ("call",),
}
SHOWING: Mapping[str, tuple[str, ...]] = {
    "resident.welcome": ("",),
    "resident.check": ("check",),
    "resident.document": ("documents/{application}",),
    "resident.sign": ("sign",),
    "resident.sign_typed": ("sign/typed",),
    "resident.sign_assisted": ("sign/assisted",),
    "resident.sign_paper": ("sign/paper",),
    "resident.call": ("call",),
    "resident.take_back": ("take-back",),
}

NOT_WALKED: Mapping[str, str] = {
    "static": "files",
    "applications.sealed_pdf": "a PDF",
    "signing.scan": "a picture to save",
    "signing.print_pdf": "a PDF",
    "counter.branch_of_code": "a name for the page's script, no page",
    "counter.towns_of_code": "names for the page's script, no page",
    "guide.index": "JSON",
    "measures.export": "CSV",
    "older_forms.blank": "a picture",
    "older_forms.file": "a file",
    "paper.crop": "a picture",
    "paper.page_picture": "a picture",
    "paper_tables.picture": "a picture",
    "paper_tables.taken": "CSV and Excel",
    "paper.batches.archive": "a PDF",
    "paper.batches.report_file": "CSV and PDF",
    "paper.sorting.small": "a picture",
    "paper.verify.crop": "a picture",
    "procedures.picture": "a picture",
    "procedures.matrix": "a PDF",
    "resident.picture": "a picture",
    "resident.alive": "an empty answer to the page's script",
    "resident.ask": "leads on to the next question",
    "resident.done": "reached by signing: tests/browser/steps.sign_as_resident looks at it",
    "resident.locked": "reached by leaving the face alone: tests/browser/test_resident_gestures.py",
    "desk.hidden": "reached by hiding the screen: tests/browser/test_pages.py presses the button",
    "preentry.ask_again": "leads on to the life events; the questions are reached by answering",
    "survey_results.taken": "CSV and Excel",
    "tablet.definitions": "JSON",
    "tablet.worker": "a script",
}
WALKED = OFFICERS.keys() | PUBLIC.keys() | ONE_LANGUAGE.keys() | ASKING.keys() | SHOWING.keys()


def pages(app: Flask) -> Iterator[Rule]:
    """Every address that answers to GET."""
    return (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))


def addresses_for(login: str, made: Mapping[str, str]) -> list[str]:
    """The addresses of every page an officer may open, filled with what was made."""
    app, role = bare_app(), LOGINS[login]
    assert role in OFFICER_ROLES
    found = []
    for endpoint, addresses in OFFICERS.items():
        act = policy_of(app, endpoint)
        assert isinstance(act, Act), endpoint
        if permits([role], act):
            found += [address.format(**made) for address in addresses]
    return found


def flat(places: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Every address of a group."""
    return [address for addresses in places.values() for address in addresses]
