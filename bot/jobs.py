"""The scheduler: runs each job at its interval, and at once when it is triggered."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC
from threading import Lock
from time import monotonic

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from bot.error_boundary import log_errors
from bot.service import Bot
from bot.service.dependencies import Job
from bot.store import lease

logger = logging.getLogger(__name__)

# Seconds between two runs that nothing triggered.
_ADVANCE_SECONDS, _DELIVER_SECONDS, _SCHEDULES_SECONDS = 1.0, 1.0, 1.0
_PROBE_SECONDS, _VALUES_SECONDS = 5.0, 5.0
# Threads of the pool. It must exceed the number of jobs, so that a slow one never delays the lease.
_POOL_SIZE = 16


class CoalescingJob:
    """A job that runs once at a time; calls during a run cause one more."""

    def __init__(
        self, work: Callable[[], object], monotonic: Callable[[], float] = monotonic
    ) -> None:
        self._work, self._monotonic = work, monotonic
        self._lock = Lock()
        self._running = self._rerun_requested = False
        self.finished_at = monotonic()

    def __call__(self) -> None:
        """Run the job, and again while calls arrived during the run."""
        with self._lock:
            if self._running:
                self._rerun_requested = True
                return
            self._running = True
        while True:
            self._run()
            with self._lock:
                self.finished_at = self._monotonic()
                if not self._rerun_requested:
                    self._running = False
                    return
                self._rerun_requested = False

    def _run(self) -> None:
        with log_errors(logger, "a run", outage_level=logging.DEBUG):  # the next run tries again
            self._work()


class Scheduler:
    """Runs jobs in a thread pool: at intervals, which APScheduler keeps, and when triggered.

    APScheduler's own pool runs none of them, because its shutdown either waits for no job or keeps
    a lock that a rescheduling job needs.
    """

    def __init__(self, monotonic: Callable[[], float] = monotonic) -> None:
        self._monotonic = monotonic
        self._pool: Executor = ThreadPoolExecutor(_POOL_SIZE, "job")
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._jobs: Mapping[Job, CoalescingJob] = {}
        self._intervals: dict[str, float] = {}  # seconds between two runs, by job

    def schedule(
        self,
        bot: Bot,
        lead: Callable[[], bool],
        on_swept: Callable[[], None] = lambda: None,
    ) -> None:
        """Schedule the jobs of *bot*, and *lead*, which keeps the lease.

        The bot chooses the time of the next sweep; *on_swept* is called after a complete one.
        """

        def sweep() -> None:
            try:
                if bot.sweep():
                    on_swept()
            finally:
                self._reschedule(Job.SWEEP, bot.poll_interval().seconds)

        def keep_leading() -> None:
            """Keep the lease; sweep at once after taking it."""
            if lead():
                self.trigger(Job.SWEEP)  # no replica has swept since the last leader stopped

        verbs = {
            Job.SWEEP: (sweep, bot.poll_interval().seconds),
            Job.ADVANCE: (bot.advance, _ADVANCE_SECONDS),
            Job.DELIVER: (bot.deliver, _DELIVER_SECONDS),
            Job.SCHEDULES: (bot.run_schedules, _SCHEDULES_SECONDS),
            Job.PROBE: (bot.probe, _PROBE_SECONDS),
            Job.VALUES: (bot.keep_values, _VALUES_SECONDS),
        }
        self._jobs = {job: CoalescingJob(run, self._monotonic) for job, (run, _) in verbs.items()}
        self._add_interval(lease.POLL_SECONDS, CoalescingJob(keep_leading), "lead")
        for job, (_, seconds) in verbs.items():
            self._add_interval(seconds, self._jobs[job], job)

    def every(self, seconds: float, work: Callable[[], None], name: str) -> None:
        """Run *work* every *seconds* from the start on."""
        self._add_interval(seconds, CoalescingJob(work, self._monotonic), name)

    def trigger(self, job: Job) -> None:
        """Run *job* in the pool, without waiting for it."""
        if coalescing_job := self._jobs.get(job):
            self._submit(coalescing_job)

    def start(self) -> None:
        """Start the intervals, and sweep at once."""
        self._scheduler.start()
        self.trigger(Job.SWEEP)

    def stop(self) -> None:
        """Stop the intervals and wait for running jobs to finish."""
        self._jobs = {}
        self._scheduler.shutdown(wait=False)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def overdue(self, grace_seconds: float) -> list[str]:
        """Return the jobs that should have finished *grace_seconds* ago."""
        now = self._monotonic()
        return [
            name.value
            for name, job in self._jobs.items()
            if now - job.finished_at > self._intervals[name] + grace_seconds
        ]

    def _reschedule(self, name: Job, seconds: float) -> None:
        """Run the job every *seconds* from now, if that is a new interval."""
        if self._intervals.get(name) == seconds:
            return
        self._intervals[name] = seconds
        with suppress(JobLookupError):  # the scheduler has stopped
            self._scheduler.reschedule_job(name.value, trigger="interval", seconds=seconds)

    def _add_interval(self, seconds: float, job: CoalescingJob, name: str) -> None:
        self._intervals[name] = seconds
        self._scheduler.add_job(self._submit, "interval", [job], seconds=seconds, id=str(name))

    def _submit(self, job: CoalescingJob) -> None:
        with suppress(RuntimeError):  # the pool has stopped
            self._pool.submit(job)
