"""The job engine: DBOS behind one adapter. The only module that imports dbos (robots.md §3–4).

What DBOS does for us: hands each run to exactly one executor, never two runs of one robot at once,
retries a step's application exceptions, keeps the checkpoints. What stands in our own tables and not
in its: requests (the outbox), results, failures, owners. One run is one workflow; its id is the run's
id, with `~n` behind it for the n-th attempt, so that a workflow is never executed twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dbos import (
    DBOS,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    SetEnqueueOptions,
    SetWorkflowID,
    StepOptions,
)
from dbos import error as dbos_error
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor
from office.errors import NotFound
from office.jobs import keeping, runs
from office.jobs.executors import Identity, identity
from office.jobs.installed import installed_jobs
from office.jobs.job import Job
from office.jobs.performing import Durably, StepFailed, perform_run
from office.jobs.recording import Execution
from office.jobs.system_database import SCHEMA, system_engine, system_url
from office.platform import Platform

NAME = "kakazu"
QUEUE = "kakazu_runs"
# Pinned: by default any edit of the code would freeze the pending work of yesterday (robots.md §4.4).
VERSION = "kakazu-runs-1"
TRIES = 3
# Never load what a workflow was given or gave: identifiers are enough.
_LIGHT: dict[str, Any] = {"load_input": False, "load_output": False}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the engine looks and how long it waits, in seconds."""

    poll: float = 0.5
    heartbeat: float = 5.0
    stale: float = 30.0
    retry: float = 1.0
    stop: float = 20.0
    history_days: int = 30


class JobEngine:
    """Takes jobs, and after `launch()` executes them. A web process takes without launching."""

    def __init__(
        self, platform: Platform, jobs: Mapping[str, Job] | None = None, pace: Pace | None = None
    ) -> None:
        self.platform = platform
        self.jobs = installed_jobs() if jobs is None else jobs
        self.pace = pace or Pace()
        self.who: Identity | None = None
        self._engine: Engine | None = None
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._active: set[str] = set()
        self._purged_on: date | None = None
        self._idle = threading.Condition()

    def job(self, key: str) -> Job:
        """The job of that key. Raises NotFound."""
        if key not in self.jobs:
            raise NotFound(f"「{key}」というロボットはありません。一覧から選び直してください。")
        return self.jobs[key]

    def enqueue(
        self,
        session: Session,
        actor: Actor,
        job_key: str,
        *,
        nominal_on: date | None = None,
        dry_run: bool = False,
        parameters: Mapping[str, Any] | None = None,
    ) -> str:
        """Request a run in the caller's transaction; nothing is left when the caller rolls back.

        Raises NotFound (no such job), WrongParameters.
        """
        return runs.enqueue(
            session,
            actor,
            self.job(job_key),
            nominal_on=nominal_on,
            dry_run=dry_run,
            parameters=parameters,
        )

    def cancel(self, session: Session, actor: Actor, run_id: str) -> None:
        """Stop a run before its next step. Raises NotFound, NotNow."""
        runs.cancel(session, actor, run_id)

    def resume(self, session: Session, actor: Actor, run_id: str) -> None:
        """Go on with a stopped run after its last done step. Raises NotFound, NotNow."""
        runs.resume(session, actor, run_id, self.pace.stale)

    def launch(self) -> None:
        """Become an executor. One engine per process; call it after a fork, never before (§4.11)."""
        self.who = identity()
        self._stopping.clear()
        _launched.append(self)
        # Before the first run can be claimed: an executor nobody knows counts as dead.
        keeping.beat(self.platform, self.who)
        url = system_url(self.platform.engine.url)
        self._engine = system_engine(url)
        DBOS(config=self._config(url.render_as_string(hide_password=False)))
        _log_like_the_rest()
        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self.platform.settings.job_threads,
            partition_concurrency=1,
            polling_interval_sec=self.pace.poll,
            on_conflict="always_update",
        )
        for name, work, every in (
            ("kakazu-keep", self._keep, self.pace.heartbeat),
            ("kakazu-dispatch", self._dispatch, self.pace.poll),
        ):
            thread = threading.Thread(target=self._repeat, args=(work, every), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def shutdown(self) -> None:
        """Stop cleanly: the steps under way are finished, their runs handed back to the queue."""
        if self.who is None:
            return
        self._stopping.set()
        with self._idle:
            self._idle.wait_for(lambda: not self._active, timeout=self.pace.stop)
        for thread in self._threads:
            thread.join(timeout=self.pace.stop)
        self._threads.clear()
        DBOS.destroy()
        if self._engine is not None:
            self._engine.dispose()
        if not self._active:
            keeping.leave(self.platform, self.who)
        self.who = None
        _launched.remove(self)

    def execute(self, run_id: str, attempt: int) -> str:
        """Carry out one attempt of a run; called by the workflow only."""
        execution = Execution(self.platform, run_id, attempt, self._self.id)
        key = keeping.workflow_id(run_id, attempt)
        with self._idle:
            self._active.add(key)
        try:
            return perform_run(execution, self.jobs, self._durably(), self._stopping.is_set)
        finally:
            with self._idle:
                self._active.discard(key)
                self._idle.notify_all()

    @property
    def _self(self) -> Identity:
        if self.who is None:
            raise RuntimeError("the job engine was not launched")
        return self.who

    def _durably(self) -> Durably:
        def durably(name: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
            options = StepOptions(
                name=name,
                retries_allowed=True,
                max_attempts=TRIES,
                interval_seconds=self.pace.retry,
                backoff_rate=2.0,
                should_retry=lambda error: isinstance(error, StepFailed),
            )
            try:
                return DBOS.run_step(options, work)
            except dbos_error.DBOSMaxStepRetriesExceeded:
                raise StepFailed from None

        return durably

    def _dispatch(self) -> None:
        """Hand over what stands in the outbox. Doing it twice is harmless: the workflow's id is the same."""
        for waiting in keeping.outbox(self.platform):
            with (
                SetWorkflowID(waiting.workflow_id),
                SetEnqueueOptions(queue_partition_key=waiting.robot),
            ):
                DBOS.enqueue_workflow(QUEUE, _run, waiting.run_id, waiting.attempt)
            keeping.mark_dispatched(self.platform, waiting)

    def _keep(self) -> None:
        """Heartbeat, then care for what other executors, or accidents, left behind."""
        me = self._self
        keeping.beat(self.platform, me)
        keeping.bury(self.platform, me, self._active_now, self.pace.stale)
        pending = DBOS.list_workflows(status="PENDING", queue_name=QUEUE, **_LIGHT)
        # Asked after the workflows were read: whoever has claimed one was registered before.
        known = keeping.living(self.platform)
        for status in pending:
            if status.executor_id not in known:
                DBOS.cancel_workflow(status.workflow_id)
                keeping.requeue(self.platform, status.workflow_id)
        for late in keeping.overdue(self.platform, self.pace.stale):
            found = DBOS.get_workflow_status(late.workflow_id)
            if found is None or found.status not in ("ENQUEUED", "PENDING"):
                keeping.requeue(self.platform, late.workflow_id)
            elif (
                found.executor_id == me.id
                and late.workflow_id not in self._active_now()
                # It may have run to its end since `overdue` looked: then there is nothing to take back.
                and keeping.requeue(self.platform, late.workflow_id)
            ):
                DBOS.cancel_workflow(late.workflow_id)
        if self._purged_on != clock.today():
            self.purge(clock.now() - timedelta(days=self.pace.history_days))
            self._purged_on = clock.today()

    def _active_now(self) -> set[str]:
        with self._idle:
            return set(self._active)

    def purge(self, before: datetime) -> int:
        """Delete DBOS's rows of workflows that ended before the instant; how many. Our runs stay."""
        ended = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=before.isoformat(),
            queue_name=QUEUE,
            **_LIGHT,
        )
        if ended:
            DBOS.delete_workflows([status.workflow_id for status in ended])
        return len(ended)

    def _repeat(self, work: Callable[[], None], every: float) -> None:
        while True:
            try:
                work()
            except Exception as error:  # noqa: BLE001 - the keeper must outlive a database that is away
                _log.warning("the job engine's keeper failed", exc_info=error)
            if self._stopping.wait(every):
                return

    def _config(self, url: str) -> DBOSConfig:
        threads = self.platform.settings.job_threads
        return DBOSConfig(
            name=NAME,
            system_database_url=url,
            system_database_engine=self._engine,
            dbos_system_schema=SCHEMA,
            sys_db_pool_size=threads + 6,
            executor_id=self._self.id,
            application_version=VERSION,
            serializer=DBOSPortableJSONSerializer(),
            max_executor_threads=threads + 2,
            use_listen_notify=False,
            enable_otlp=False,
            log_level="WARNING",
            notification_listener_polling_interval_sec=max(0.2, self.pace.poll * 10),
            scheduler_polling_interval_sec=3600.0,
        )


_launched: list[JobEngine] = []


@DBOS.workflow(name="run")
def _run(run_id: str, attempt: int) -> str:
    """The one workflow. Its result is a word; errors leave no text in DBOS's rows."""
    try:
        return _launched[-1].execute(run_id, attempt)
    except Exception as error:  # noqa: BLE001 - the message could quote personal data
        _log.error("a run broke off", exc_info=error, extra={"run": run_id, "attempt": attempt})
        return "broken"


def _log_like_the_rest() -> None:
    """DBOS brings a console handler and its own format; ours is JSON without personal data."""
    logger = logging.getLogger("dbos")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    logger.propagate = True
