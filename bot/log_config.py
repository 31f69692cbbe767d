"""
What the bot tells those who run it: text on a terminal, one JSON object per line otherwise.

Secrets are taken out in the formatter, the last place before the stream. A filter on the record
would come too early: it sees neither the arguments nor the traceback as they will be written.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from bot.redaction import MASK, KnownSecrets, redact_secrets

#: Libraries that write down what they carry, or say a line for each request or run. They stay
#: at these levels even when we debug: slack_sdk would log the whole payload, a modal's secret
#: value included.
LIBRARY_LEVELS = {
    "slack_sdk": logging.INFO,
    "slack_bolt": logging.INFO,
    "huggingface_hub": logging.WARNING,
    "httpx2": logging.WARNING,
    "httpcore2": logging.WARNING,
    "apscheduler": logging.ERROR,  # a round that is asked for while it runs is no news
    "alembic": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "uvicorn": logging.WARNING,
}

# Whoever has the address of our line may listen in our name.
_WEBSOCKET_TICKET = re.compile(r"(ticket=)[\w-]+")
# What every record has, so that what `extra=` added can be told from it.
_STANDARD_ATTRS = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}

Redact = Callable[[str], str]


def make_redactor(secrets: Iterable[str] = ()) -> Redact:
    """
    Return what takes tokens, passwords and *secrets* out of a text.

    >>> make_redactor(["swordfish"])("say swordfish to xoxb-1-2 at postgresql://me:pw@host/db")
    'say *** to *** at postgresql://***@host/db'
    """
    known = KnownSecrets(secrets, MASK)

    def redact(text: str) -> str:
        return _WEBSOCKET_TICKET.sub(rf"\1{MASK}", redact_secrets(known.redact(text)))

    return redact


class _Formatter(logging.Formatter):
    """Base of both forms: what a record says, without its secrets."""

    def __init__(self, redact: Redact) -> None:
        super().__init__()
        self._redact = redact

    def _message(self, record: logging.LogRecord) -> str:
        try:
            said = record.getMessage()
        except Exception:  # noqa: BLE001 - else logging prints the arguments, secrets and all
            said = f"{record.msg} {record.args!r}"
        return self._redact(said)

    def _traceback(self, record: logging.LogRecord) -> str:
        trace = self.formatException(record.exc_info) if record.exc_info else record.exc_text
        parts = (trace, record.stack_info)
        return self._redact("\n".join(part for part in parts if part))

    @staticmethod
    def _time(record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class TextFormatter(_Formatter):
    """One readable line, and the traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self._time(record)} {record.levelname:7} {record.name}: {self._message(record)}"
        return "\n".join(filter(None, (line, self._traceback(record))))


class JsonFormatter(_Formatter):
    """One JSON object per line; what `extra=` added becomes fields of it."""

    def format(self, record: logging.LogRecord) -> str:
        line = {k: self._plain(v) for k, v in vars(record).items() if k not in _STANDARD_ATTRS}
        line |= {
            "time": self._time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": self._message(record),
        }
        if trace := self._traceback(record):
            line["error"] = trace
        return json.dumps(line, ensure_ascii=False)

    def _plain(self, value: object) -> object:
        """Return *value* as JSON takes it. Redacted before it is dumped: quotes stay whole."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, dict):
            return {self._redact(str(k)): self._plain(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self._plain(item) for item in value]
        return self._redact(str(value))


class _Handler(logging.StreamHandler[TextIO]):
    """Ours, so that a second `set_up` finds it and takes its place."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Here and not on the loggers: Bolt sets the level of its own ones to the root's.
        return record.levelno >= LIBRARY_LEVELS.get(record.name.partition(".")[0], logging.NOTSET)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say nothing of the record: logging would print its arguments as they came."""
        del record


def configure(
    stream: TextIO | None = None, *, secrets: Iterable[str] = (), level: int = logging.INFO
) -> None:
    """
    Send every log line to *stream* (stderr), without *secrets*.

    Call it after the imports: huggingface_hub, once imported, has a handler of its own.
    """
    stream = stream or sys.stderr
    form = TextFormatter if stream.isatty() else JsonFormatter
    handler = _Handler(stream)
    handler.setFormatter(form(make_redactor(secrets)))
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if not isinstance(h, _Handler)] + [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    for name, pinned in LIBRARY_LEVELS.items():
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(pinned)


def log_uncaught() -> None:
    """Send what nobody caught to the log, so that no traceback passes the formatter by."""

    def in_thread(args: threading.ExceptHookArgs) -> None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = _uncaught
    threading.excepthook = in_thread


def _uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if error is not None and issubclass(kind, Exception):  # not Ctrl-C, not an exit
        logging.getLogger("bot").critical("Nobody caught this.", exc_info=(kind, error, trace))
