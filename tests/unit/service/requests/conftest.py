"""The fixture of all that the bot leaves behind, in which no secret may be."""

from collections.abc import Callable

import pytest

from bot.service import Bot
from tests.database import Database
from tests.fakes import FakeSlack
from tests.requests import database_dump


@pytest.fixture
def traces(
    bot: Bot, slack: FakeSlack, caplog: pytest.LogCaptureFixture, database: Database
) -> Callable[[], str]:
    """Return all traces of the bot: rows, the bytes of the database, messages, forms, log."""

    def read() -> str:
        # Without the empty space of pages: it is most of a file and takes most of the time.
        contents = [file.read_bytes().replace(bytes(8), b"") for file in database.files()]
        files = [content.decode(errors="replace") for content in contents]
        logged = [f"{vars(record)}" for record in caplog.records]
        assert len(files) > 0
        return f"{database_dump(bot)}{files}{slack}{caplog.text}{logged}".casefold()

    return read
