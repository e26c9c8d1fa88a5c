"""Who may do what: one table, and what does not stand in it is refused (trust.md §4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a person, a robot or the console is on the staff for."""

    COUNTER = "counter"
    BACK_OFFICE = "back_office"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    ROBOT = "robot"
    CONSOLE = "console"

    @property
    def label(self) -> str:
        """The role in Japanese."""
        return _LABELS[self]


# The roles an officer can be given; robots and the console are not officers.
OFFICER_ROLES = (Role.COUNTER, Role.BACK_OFFICE, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR)

_LABELS = {
    Role.COUNTER: "窓口",
    Role.BACK_OFFICE: "事務担当",
    Role.APPROVER: "決裁者",
    Role.AUDITOR: "監査担当",
    Role.ADMINISTRATOR: "管理者",
    Role.ROBOT: "ロボット",
    Role.CONSOLE: "サーバーの操作者",
}


class Act(StrEnum):
    """Everything a permission is asked for."""

    SEE_TODAY = "see-today"
    HOLD_INTERVIEW = "hold-interview"
    WITNESS_SIGNATURE = "witness-signature"
    SEARCH_RESIDENTS = "search-residents"
    SEE_APPLICATIONS = "see-applications"
    ACCEPT = "accept"
    RETURN = "return"
    DECIDE = "decide"
    STORE_PAPER = "store-paper"
    CONFIRM_PAPER = "confirm-paper"
    PLAN_PAYMENTS = "plan-payments"
    SEND_PAYMENTS = "send-payments"
    SEE_RUNS = "see-runs"
    START_RUNS = "start-runs"
    SEE_AUDIT = "see-audit"
    MAKE_CHECKPOINT = "make-checkpoint"
    MANAGE_OFFICERS = "manage-officers"
    EXPORT_APPLICATIONS = "export-applications"
    SEE_PROCEDURES = "see-procedures"
    WRITE_DEFINITIONS = "write-definitions"
    MAKE_SURVEYS = "make-surveys"
    SEE_CONTRACTS = "see-contracts"
    HANDLE_CONTRACTS = "handle-contracts"
    MANAGE_ROUTES = "manage-routes"
    IMPORT_REGISTER = "import-register"
    SET_COUNTERS = "set-counters"
    RUN_QUEUE = "run-queue"
    SEE_MEASURES = "see-measures"
    DECLARE_FORMS = "declare-forms"
    SEE_READING = "see-reading"
    SET_READING = "set-reading"


PERMISSIONS: Mapping[Role, frozenset[Act]] = MappingProxyType(
    {
        Role.COUNTER: frozenset(
            {
                Act.SEE_TODAY,
                Act.SEE_PROCEDURES,
                Act.WITNESS_SIGNATURE,
                Act.HOLD_INTERVIEW,
                Act.SEARCH_RESIDENTS,
                Act.SEE_APPLICATIONS,
                Act.STORE_PAPER,
                Act.CONFIRM_PAPER,
                Act.RUN_QUEUE,
                Act.SEE_MEASURES,
            }
        ),
        Role.BACK_OFFICE: frozenset(
            {
                Act.SEE_TODAY,
                Act.SEE_PROCEDURES,
                Act.WITNESS_SIGNATURE,
                Act.SEARCH_RESIDENTS,
                Act.SEE_APPLICATIONS,
                Act.ACCEPT,
                Act.RETURN,
                Act.STORE_PAPER,
                Act.CONFIRM_PAPER,
                Act.DECLARE_FORMS,
                Act.SEE_RUNS,
                Act.START_RUNS,
                Act.MAKE_SURVEYS,
                Act.SEE_CONTRACTS,
                Act.HANDLE_CONTRACTS,
                Act.SEE_MEASURES,
                Act.SEE_READING,
            }
        ),
        Role.APPROVER: frozenset(
            {
                Act.SEE_TODAY,
                Act.SEE_APPLICATIONS,
                Act.RETURN,
                Act.DECIDE,
                Act.SEE_RUNS,
                Act.SEE_CONTRACTS,
                Act.SEE_MEASURES,
            }
        ),
        Role.AUDITOR: frozenset(
            {
                Act.SEE_TODAY,
                Act.SEE_PROCEDURES,
                Act.SEE_APPLICATIONS,
                Act.SEE_RUNS,
                Act.SEE_AUDIT,
                Act.SEE_CONTRACTS,
                Act.SEE_MEASURES,
                Act.SEE_READING,
            }
        ),
        Role.ADMINISTRATOR: frozenset(
            {
                Act.SEE_TODAY,
                Act.SEE_PROCEDURES,
                Act.WRITE_DEFINITIONS,
                Act.DECLARE_FORMS,
                Act.MANAGE_OFFICERS,
                Act.MAKE_SURVEYS,
                Act.MANAGE_ROUTES,
                Act.SET_COUNTERS,
                Act.SEE_MEASURES,
                Act.SEE_READING,
                Act.SET_READING,
            }
        ),
        Role.ROBOT: frozenset(
            {Act.SEE_APPLICATIONS, Act.STORE_PAPER, Act.PLAN_PAYMENTS, Act.SEND_PAYMENTS, Act.SEE_RUNS}
        ),
        Role.CONSOLE: frozenset(
            {
                Act.SEE_APPLICATIONS,
                Act.EXPORT_APPLICATIONS,
                Act.STORE_PAPER,
                Act.SEE_RUNS,
                Act.START_RUNS,
                Act.SEE_AUDIT,
                Act.MAKE_CHECKPOINT,
                Act.MANAGE_OFFICERS,
                Act.IMPORT_REGISTER,
                Act.SET_COUNTERS,
                Act.RUN_QUEUE,
            }
        ),
    }
)


def permits(roles: Collection[Role], act: Act) -> bool:
    """Whether one of the roles may do the act."""
    return any(act in PERMISSIONS[role] for role in roles)
