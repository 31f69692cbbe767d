"""The clock: which verb runs how often, and at once when something has happened."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from datetime import UTC
from threading import Lock
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler

from bot.errors import DatabaseUnavailable
from bot.service import Bot
from bot.service.dependencies import Job
from bot.store import lease
from bot.store.lease import LeaseLost

logger = logging.getLogger(__name__)

# Seconds between two looks for work that was not announced by a nudge.
_ADVANCE_SECONDS, _DELIVER_SECONDS = 1.0, 1.0


class CoalescingJob:
    """One verb, one run at a time. Asked to run while it runs, it goes round once more."""

    def __init__(
        self, verb: Callable[[], None], monotonic: Callable[[], float] = monotonic
    ) -> None:
        self._work, self._monotonic = verb, monotonic
        self._lock = Lock()
        self._running = self._rerun_requested = False
        self.finished_at = monotonic()

    def __call__(self) -> None:
        """Run the verb, and again for as long as somebody asks meanwhile."""
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
        try:
            self._work()
        except (LeaseLost, CancelledError):
            logger.debug("standing by, or stopping")
        except DatabaseUnavailable:
            logger.debug("the next round may find the database")
        except Exception:
            # A loop must outlive its worst round; the log has what happened.
            logger.exception("a round failed")


class Scheduler:
    """APScheduler as a ticker, and a small pool for the rounds that cannot wait for the tick."""

    def __init__(self, monotonic: Callable[[], float] = monotonic) -> None:
        self._monotonic = monotonic
        self._pool: Executor = ThreadPoolExecutor(4, "round")
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._jobs: Mapping[Job, CoalescingJob] = {}
        self._intervals: dict[str, float] = {}  # between two runs, by name

    def schedule(self, bot: Bot, lead: Callable[[], bool]) -> None:
        """Say what runs when: the verbs of *bot*, and *lead*, which keeps the lease."""

        def keep_leading() -> None:
            if lead():
                self.trigger(Job.SWEEP)  # nobody has looked since the last leader died

        self._jobs = {
            Job.SWEEP: CoalescingJob(bot.sweep, self._monotonic),
            Job.ADVANCE: CoalescingJob(bot.advance, self._monotonic),
            Job.DELIVER: CoalescingJob(bot.deliver, self._monotonic),
        }
        self._add_interval(lease.POLL_SECONDS, CoalescingJob(keep_leading), "lead")
        self._add_interval(bot.settings.poll_seconds, self._jobs[Job.SWEEP], Job.SWEEP)
        self._add_interval(_ADVANCE_SECONDS, self._jobs[Job.ADVANCE], Job.ADVANCE)
        self._add_interval(_DELIVER_SECONDS, self._jobs[Job.DELIVER], Job.DELIVER)

    def trigger(self, job: Job) -> None:
        """Run a verb now, beside whoever asks for it."""
        if turn := self._jobs.get(job):
            self._pool.submit(turn)

    def start(self) -> None:
        """Begin to tick; the first sweep is at once."""
        self._scheduler.start()
        self.trigger(Job.SWEEP)

    def stop(self) -> None:
        """Stop ticking and let the rounds that run come to their end."""
        self._jobs = {}
        self._scheduler.shutdown(wait=False)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def overdue(self, grace_seconds: float) -> list[str]:
        """Return the jobs that should have finished *grace_seconds* ago."""
        now = self._monotonic()
        return [
            job.value
            for job, turn in self._jobs.items()
            if now - turn.finished_at > self._intervals[job] + grace_seconds
        ]

    def _add_interval(self, seconds: float, turn: CoalescingJob, name: str) -> None:
        self._intervals[name] = seconds
        self._scheduler.add_job(turn, "interval", seconds=seconds, id=str(name))
