"""No secret reaches the log stream, in any form."""

import io
import json
import logging
import sys
import threading
import warnings
from urllib.parse import quote

import pytest
from huggingface_hub.utils.logging import _configure_library_root_logger

from bot.log_config import configure, log_uncaught, make_redactor

SECRET = 'sw0rd"fish\nné'  # characters that a repr, JSON and a URL escape differently
log = logging.getLogger("bot.test")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


pytestmark = pytest.mark.usefixtures("restore_logging")


@pytest.fixture(params=[io.StringIO, Terminal], ids=["json", "text"])
def stream(request: pytest.FixtureRequest) -> io.StringIO:
    out: io.StringIO = request.param()
    configure(out, secrets=[SECRET, "key"], level=logging.DEBUG)
    return out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Slack's tokens, of any kind.
        ("xoxb-1-2-aB_c!", "***!"),
        ("xoxe.xoxp-1-abc", "***"),
        ("Bearer xapp-1-A-2-f00", "Bearer ***"),
        # The Hub's tokens, but not the names of the client's functions.
        ("hf_abcdefghijklmnop12", "***"),
        ("hf_oauth_eyJhbGci.x-y", "***"),
        ("hf_raise_for_status, hf_hub_download", "hf_raise_for_status, hf_hub_download"),
        # Passwords in addresses, also with signs that should have been quoted.
        ("postgresql+psycopg://me:p@:w@host:5/db", "postgresql+psycopg://***@host:5/db"),
        ("http://host:80/a@b", "http://host:80/a@b"),
        # Addresses that grant access by themselves.
        ("to https://hooks.slack.com/commands/T1/2/x.", "to https://hooks.slack.com/***"),
        (
            "wss://w.slack.com/link/?ticket=ab-c&app_id=1",
            "wss://w.slack.com/link/?ticket=***&app_id=1",
        ),
        # A short secret is redacted as a separate word, not within other words.
        ("key=1, keys, monkey", "***=1, keys, monkey"),
        # The longer secret first, so that no tail of it remains.
        ("longer-secret long", "*** ***"),
        # Nothing to hide: nothing changes.
        ("3 of 12 Spaces are up", "3 of 12 Spaces are up"),
    ],
)
def test_secrets_are_redacted(text: str, expected: str) -> None:
    assert make_redactor(["key", "long", "longer-secret", ""])(text) == expected


def leaks(text: str) -> list[str]:
    return [part for part in ("sw0rd", "fish", "hunter2", "xoxb-") if part in text]


def test_no_secret_leaks_from_message_arguments_or_fields(stream: io.StringIO) -> None:
    log.info("plain %s", SECRET)
    log.info("%r and %s", {"value": SECRET}, "xoxb-1-2")
    log.info(SECRET)
    log.info(json.dumps({"value": SECRET}))
    log.info(json.dumps({"value": SECRET}, ensure_ascii=False))
    log.info("https://host/?value=%s", quote(SECRET, safe=""))
    log.info("fields", extra={"said": SECRET, "deep": {SECRET: [SECRET, ("xoxb-1",)]}})
    log.debug("https://u:hunter2@host")
    assert stream.getvalue().count("***") >= 5
    assert leaks(stream.getvalue()) == []


def test_no_secret_leaks_from_a_traceback(stream: io.StringIO) -> None:
    try:
        try:
            {"": 0}[SECRET]
        except KeyError as e:
            raise ValueError("xoxb-1-2") from e
    except ValueError:
        log.exception("it broke", stack_info=True)
    assert "KeyError" in stream.getvalue()
    assert "Stack (most recent call last)" in stream.getvalue()
    assert leaks(stream.getvalue()) == []


def test_no_secret_leaks_from_a_line_that_cannot_be_formatted(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (ours,) = (h for h in logging.getLogger().handlers if getattr(h, "stream", None) is stream)
    monkeypatch.setattr(logging.getLogger(), "handlers", [ours])  # pytest's own would raise
    log.info("%s %s", SECRET)  # noqa: PLE1206 - one argument too few is the point
    assert "***" in stream.getvalue()
    assert leaks(stream.getvalue() + "".join(capsys.readouterr())) == []


def test_no_secret_leaks_when_the_stream_is_closed(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.close()
    log.info("%s", SECRET)
    assert capsys.readouterr() == ("", "")


def test_uncaught_exception_is_logged_without_secrets(stream: io.StringIO) -> None:
    log_uncaught()

    def fail() -> None:
        raise ValueError(SECRET)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    error = ValueError("xoxb-1-2")
    sys.excepthook(ValueError, error, None)
    assert stream.getvalue().count("Uncaught exception.") == 2
    assert leaks(stream.getvalue()) == []


def test_keyboard_interrupt_is_not_logged(stream: io.StringIO) -> None:
    log_uncaught()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert stream.getvalue() == ""


def test_warnings_are_logged(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old xoxb-1-2", stacklevel=1)
    assert "old ***" in stream.getvalue()


def test_one_json_object_per_line() -> None:
    out = io.StringIO()
    configure(out)
    log.warning("two\nlines é", extra={"reference": "r1", "count": 2, "done": None})
    (line,) = map(json.loads, out.getvalue().splitlines())
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "WARNING",
        "logger": "bot.test",
        "message": "two\nlines é",
        "reference": "r1",
        "count": 2,
        "done": None,
    }


def test_terminal_gets_text() -> None:
    out = Terminal()
    configure(out)
    log.warning("look")
    assert out.getvalue().endswith("WARNING bot.test: look\n")


@pytest.mark.parametrize(
    ("name", "level", "heard"),
    [
        # A payload at DEBUG holds what was typed into a modal.
        ("slack_sdk.socket_mode.builtin.client", logging.DEBUG, False),
        ("slack_sdk.socket_mode.builtin.client", logging.INFO, True),
        ("slack_bolt.App", logging.DEBUG, False),
        # A line per request, or per run of a job, drowns the others.
        ("httpx2", logging.INFO, False),
        ("apscheduler.executors.default", logging.INFO, False),
        ("huggingface_hub.utils._http", logging.DEBUG, False),
        ("huggingface_hub.utils._http", logging.WARNING, True),
        # Our own lines, and those of a library that we do not know, follow our level.
        ("bot.hub", logging.DEBUG, True),
        ("slack_sdkish", logging.DEBUG, True),
    ],
)
def test_library_levels_also_apply_to_debug(
    stream: io.StringIO, name: str, level: int, heard: bool
) -> None:
    library = logging.getLogger(name)
    before, library.level = library.level, logging.DEBUG  # as Bolt does to its own loggers
    library.log(level, "said")
    library.setLevel(before)
    assert ("said" in stream.getvalue()) is heard


def test_huggingface_hub_logs_only_through_our_handler(stream: io.StringIO) -> None:
    _configure_library_root_logger()  # as its import does
    configure(stream)
    library = logging.getLogger("huggingface_hub")
    library.warning("once")
    assert library.handlers == []
    assert stream.getvalue().count("once") == 1


def test_second_configure_replaces_the_first() -> None:
    first, second = io.StringIO(), io.StringIO()
    configure(first)
    configure(second)
    log.info("said")
    assert (first.getvalue(), second.getvalue().count("said")) == ("", 1)
