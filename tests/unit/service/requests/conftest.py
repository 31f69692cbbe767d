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
        files = [file.read_bytes().decode(errors="replace") for file in database.files()]
        logged = [f"{vars(record)}" for record in caplog.records]
        assert len(files) > 0
        return f"{database_dump(bot)}{files}{slack}{caplog.text}{logged}".casefold()

    return read
