"""The log: text on a terminal, one JSON object per line otherwise.

The formatter redacts secrets, because it is the last step before the stream. A filter on the
record would be too early: it sees neither the formatted arguments nor the traceback.
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

#: The lowest level of libraries that log payloads, or a line per request or run. Also applies
#: when the bot's own level is DEBUG, where slack_sdk would log a modal's secret value.
LIBRARY_LEVELS = {
    "slack_sdk": logging.INFO,
    "slack_bolt": logging.INFO,
    "huggingface_hub": logging.WARNING,
    "httpx2": logging.WARNING,
    "httpcore2": logging.WARNING,
    "apscheduler": logging.ERROR,  # warns of each run that is skipped while the last one goes on
    "alembic": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "uvicorn": logging.WARNING,
}

# Socket Mode's URL: anyone who has the ticket can connect as the bot.
_WEBSOCKET_TICKET = re.compile(r"(ticket=)[\w-]+")
# The attributes of every record; any other is from `extra=`.
_STANDARD_ATTRS = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}

Redact = Callable[[str], str]


def make_redactor(secrets: Iterable[str] = ()) -> Redact:
    """Return a function that redacts tokens, passwords and *secrets* in a text.

    >>> make_redactor(["swordfish"])("say swordfish to xoxb-1-2 at postgresql://me:pw@host/db")
    'say *** to *** at postgresql://***@host/db'
    """
    known = KnownSecrets(secrets, MASK)

    def redact(text: str) -> str:
        return _WEBSOCKET_TICKET.sub(rf"\1{MASK}", redact_secrets(known.redact(text)))

    return redact


class _Formatter(logging.Formatter):
    """Base of both formatters, which redacts messages and tracebacks."""

    def __init__(self, redact: Redact) -> None:
        super().__init__()
        self._redact = redact

    def _message(self, record: logging.LogRecord) -> str:
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001 - else logging prints the arguments with their secrets
            message = f"{record.msg} {record.args!r}"
        return self._redact(message)

    def _traceback(self, record: logging.LogRecord) -> str:
        trace = self.formatException(record.exc_info) if record.exc_info else record.exc_text
        parts = (trace, record.stack_info)
        return self._redact("\n".join(part for part in parts if part))

    @staticmethod
    def _time(record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class TextFormatter(_Formatter):
    """Formats a record as one line, with the traceback below."""

    def format(self, record: logging.LogRecord) -> str:
        """Return *record* as text."""
        line = f"{self._time(record)} {record.levelname:7} {record.name}: {self._message(record)}"
        return "\n".join(filter(None, (line, self._traceback(record))))


class JsonFormatter(_Formatter):
    """Formats a record as one JSON object per line; the attributes of `extra=` are fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return *record* as JSON."""
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
        """Return *value* as JSON types, redacted before encoding so that quotes stay balanced."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, dict):
            return {self._redact(str(k)): self._plain(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self._plain(item) for item in value]
        return self._redact(str(value))


class _Handler(logging.StreamHandler[TextIO]):
    """The bot's handler, as a class that a second `configure` recognizes and replaces."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Not on the loggers, because Bolt sets the level of its own loggers to the root's.
        return record.levelno >= LIBRARY_LEVELS.get(record.name.partition(".")[0], logging.NOTSET)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Ignore the error, because logging would print the arguments without redaction."""
        del record


def configure(
    stream: TextIO | None = None, *, secrets: Iterable[str] = (), level: int = logging.INFO
) -> None:
    """Send every log line to *stream* (stderr by default), without *secrets*.

    Must be called after the imports, because huggingface_hub adds its own handler then.
    """
    stream = stream or sys.stderr
    formatter = TextFormatter if stream.isatty() else JsonFormatter
    handler = _Handler(stream)
    handler.setFormatter(formatter(make_redactor(secrets)))
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if not isinstance(h, _Handler)] + [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    for name, library_level in LIBRARY_LEVELS.items():
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(library_level)


def log_uncaught() -> None:
    """Log uncaught exceptions of all threads, so that their tracebacks are redacted."""

    def in_thread(args: threading.ExceptHookArgs) -> None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = _uncaught
    threading.excepthook = in_thread


def _uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if error is not None and issubclass(kind, Exception):  # not Ctrl-C or sys.exit
        logging.getLogger("bot").critical("Uncaught exception.", exc_info=(kind, error, trace))
