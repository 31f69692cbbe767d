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
from bot.service.parts import Job
from bot.store import lease
from bot.store.lease import Deposed

logger = logging.getLogger(__name__)

# Seconds between two looks for work that was not announced by a nudge.
_ADVANCE, _DELIVER = 1.0, 1.0


class Turn:
    """One verb, one run at a time. Asked to run while it runs, it goes round once more."""

    def __init__(
        self, verb: Callable[[], None], monotonic: Callable[[], float] = monotonic
    ) -> None:
        self._verb, self._monotonic = verb, monotonic
        self._lock = Lock()
        self._running = self._again = False
        self.ended_at = monotonic()

    def __call__(self) -> None:
        """Run the verb, and again for as long as somebody asks meanwhile."""
        with self._lock:
            if self._running:
                self._again = True
                return
            self._running = True
        while True:
            self._run()
            with self._lock:
                self.ended_at = self._monotonic()
                if not self._again:
                    self._running = False
                    return
                self._again = False

    def _run(self) -> None:
        try:
            self._verb()
        except (Deposed, CancelledError):
            logger.debug("standing by, or stopping")
        except DatabaseUnavailable:
            logger.debug("the next round may find the database")
        except Exception:
            # A loop must outlive its worst round; the log has what happened.
            logger.exception("a round failed")


class Clock:
    """APScheduler as a ticker, and a small pool for the rounds that cannot wait for the tick."""

    def __init__(self, monotonic: Callable[[], float] = monotonic) -> None:
        self._monotonic = monotonic
        self._pool: Executor = ThreadPoolExecutor(4, "round")
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._turns: Mapping[Job, Turn] = {}
        self._seconds: dict[str, float] = {}  # between two runs, by name

    def bind(self, bot: Bot, lead: Callable[[], bool]) -> None:
        """Say what runs when: the verbs of *bot*, and *lead*, which keeps the lease."""

        def keep_leading() -> None:
            if lead():
                self.nudge(Job.SWEEP)  # nobody has looked since the last leader died

        self._turns = {
            Job.SWEEP: Turn(bot.sweep, self._monotonic),
            Job.ADVANCE: Turn(bot.advance, self._monotonic),
            Job.DELIVER: Turn(bot.deliver, self._monotonic),
        }
        self._every(lease.TRY, Turn(keep_leading), "lead")
        self._every(bot.settings.poll_seconds, self._turns[Job.SWEEP], Job.SWEEP)
        self._every(_ADVANCE, self._turns[Job.ADVANCE], Job.ADVANCE)
        self._every(_DELIVER, self._turns[Job.DELIVER], Job.DELIVER)

    def nudge(self, job: Job) -> None:
        """Run a verb now, beside whoever asks for it."""
        if turn := self._turns.get(job):
            self._pool.submit(turn)

    def start(self) -> None:
        """Begin to tick; the first sweep is at once."""
        self._scheduler.start()
        self.nudge(Job.SWEEP)

    def stop(self) -> None:
        """Stop ticking and let the rounds that run come to their end."""
        self._turns = {}
        self._scheduler.shutdown(wait=False)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def late(self, patience: float) -> list[str]:
        """Return the verbs that should have come to an end *patience* seconds ago: they hang."""
        now = self._monotonic()
        return [
            job.value
            for job, turn in self._turns.items()
            if now - turn.ended_at > self._seconds[job] + patience
        ]

    def _every(self, seconds: float, turn: Turn, name: str) -> None:
        self._seconds[name] = seconds
        self._scheduler.add_job(turn, "interval", seconds=seconds, id=str(name))
