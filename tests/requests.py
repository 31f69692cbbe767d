"""Requests of people: commands and forms sent to a bot, and the replies to them."""

from dataclasses import replace
from itertools import count
from typing import Any

from bot.cards import Message
from bot.model import Ask, Source
from bot.render import modals
from bot.service import Bot
from bot.store.schema import metadata
from tests.fakes import FakeClock, FakeSlack

LEAD = "ULEAD"
_DELIVERY_NUMBERS = count(1)


def send_command(bot: Bot, text: str, user: str = "UTA", **values: Any) -> None:
    """Send *text* as *user*, as a delivery of its own."""
    key = f"delivery {next(_DELIVERY_NUMBERS)}"
    bot.ask(Ask(text, user, "C1", idempotency_key=key, **values))


def send_lead_command(bot: Bot, text: str, user: str = LEAD, **values: Any) -> None:
    """Send *text* as the course lead."""
    send_command(bot, text, user, **values)


def tick(bot: Bot, clock: FakeClock, seconds: float = 3) -> None:
    """Advance the operations and deliver the cards, *seconds* later."""
    clock.tick(seconds=seconds)
    bot.advance()
    bot.deliver()


def last_message(slack: FakeSlack) -> Message:
    """Return the last ephemeral reply."""
    return slack.ephemeral_messages[-1][1]


def last_reply(slack: FakeSlack) -> str:
    """Return the text of the last ephemeral reply."""
    return last_message(slack).text


def last_full_reply(slack: FakeSlack) -> str:
    """Return the text and the blocks of the last ephemeral reply."""
    message = last_message(slack)
    return f"{message.text} {message.blocks}"


def buttons(slack: FakeSlack) -> dict[str, str]:
    """Return the commands of the buttons of the last reply, by label."""
    elements = [e for block in last_message(slack).blocks for e in block.get("elements", [])]
    return {e["text"]["text"]: e["value"] for e in elements if "value" in e}


def open_form(bot: Bot, slack: FakeSlack, text: str, user: str = LEAD, **values: Any) -> str:
    """Send *text* where a form can be opened; return the id of the form."""
    before = set(slack.open_forms)
    send_command(bot, text, user, trigger_id="13.7.t", **values)
    (id,) = set(slack.open_forms) - before
    return id


def filled_form(slack: FakeSlack, id: str, user: str = LEAD, /, **values: str) -> Ask:
    """Return the request that Slack sends when *user* submits the form."""
    form = modals.read_metadata(slack.open_forms[id]["private_metadata"])
    return Ask(
        form.command,
        user,
        form.channel,
        Source.MODAL,
        idempotency_key=f"form:{id}",
        thread=form.thread,
        form_values=values,
        files=form.files,
    )


def submit(bot: Bot, slack: FakeSlack, id: str, user: str = LEAD, /, **values: str) -> None:
    """Submit the form and deliver the cards that follow."""
    ask = filled_form(slack, id, user, **values)
    assert bot.check_form(ask) == {}
    bot.ask(ask)
    bot.deliver()


def database_dump(bot: Bot) -> str:
    """Return everything that the database holds."""
    with bot.deps.store.transaction() as tx:
        rows = [row for table in metadata.sorted_tables for row in tx.execute(table.select())]
    return "\n".join(map(str, rows))


def share(slack: FakeSlack, **files: bytes) -> tuple[str, ...]:
    """Share files in Slack, `app_py=b"…"`; return their ids."""
    for name, content in files.items():
        slack.shared_files[f"F{name}"] = (name.replace("_", "."), content)
    return tuple(f"F{name}" for name in files)


def submit_upload(bot: Bot, slack: FakeSlack, files: tuple[str, ...], **values: str) -> None:
    """Submit the upload form for team-a with its default values and *files*."""
    id = open_form(bot, slack, "upload team-a", "UTA")
    ask = filled_form(slack, id, "UTA", folder="", message="Fix it", unpack="yes")
    bot.ask(replace(ask, files=files, form_values={**ask.form_values, **values}))
    bot.deliver()
