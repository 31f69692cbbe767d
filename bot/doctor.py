"""The health of a setup, one line each, with the way out of what is wrong."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError

from bot.alerts.channels import AlertChannel, configured
from bot.errors import BotError, SlackError, SlackUnavailable
from bot.hub import Hub
from bot.manifest import SCOPES
from bot.model import Account, Finding
from bot.service.asks import health
from bot.settings import Settings
from bot.slack import channels, checkup
from bot.slack import client as connect
from bot.slack_ids import is_channel
from bot.store import Store, Unopened
from bot.store import channels as stored

logger = logging.getLogger(__name__)

# Schedules and signatures allow a few minutes; a clock that is off by more is broken.
_CLOCK = 60

#: Opens the database, or raises.
Opens = Callable[[], None]


def examine(settings: Settings) -> list[Finding]:
    """Look at everything that a bot with these settings would stand on."""
    hub = Hub(
        settings.hf_token.get_secret_value(),
        endpoint=settings.hf_endpoint,
        now=lambda: datetime.now(UTC),  # noqa: TID251 - doctor is its own composition root
    )
    slack = connect(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        found = look(
            settings,
            slack,
            hub,
            lambda: Store(settings.database_url).close(),
            partial(_kept_channel, settings),
        )
    finally:
        hub.close()
    return [*found, *_guarded("slash command", lambda: _slash_command(settings))]


def look(
    settings: Settings,
    slack: WebClient,
    hub: Hub,
    opens: Opens,
    channel: Callable[[], AlertChannel],
) -> list[Finding]:
    """Look with the eyes of a bot that runs. Never raises for what it finds."""
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("Slack bot token", lambda: _installation(slack)),
        ("Slack app token", lambda: _line(slack, settings)),
        ("alert channel", lambda: _channel(slack, channel())),
        ("Hub token", lambda: _hub(hub, settings)),
        ("database", lambda: _database(opens)),
    ]
    return [finding for what, check in checks for finding in _guarded(what, check)]


def _guarded(what: str, check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except BotError as error:
        return [Finding(what, str(error))]
    except Exception as error:
        # Whoever asks the doctor has trouble enough: no check may keep the others from them.
        logger.exception("could not check %s", what)
        said = f"could not be checked ({type(error).__name__}). The log has the rest."
        return [Finding(what, said)]


def _installation(slack: WebClient) -> Iterator[Finding]:
    found = checkup.installation(slack)
    yield Finding("Slack bot token", detail=f"{found.user} in {found.team}")
    yield scopes(found)
    yield clock(found, datetime.now(UTC))  # noqa: TID251 - the clock is what is examined


def scopes(found: checkup.Installation) -> Finding:
    """Return whether the scopes of the manifest are granted, where Slack says which are.

    The header with them is dropped by some proxies and by emulators.
    """
    if found.scopes is None:
        unsaid = "unknown, as Slack didn't say them. Compare the app's with `spacebot manifest`."
        return Finding("Slack scopes", detail=unsaid, unknown=True)
    missing = sorted(SCOPES.keys() - found.scopes)
    return Finding(
        "Slack scopes",
        f"missing {', '.join(missing)}. Add them under OAuth & Permissions and reinstall the app; "
        "without the history scopes a card may repeat once."
        if missing
        else "",
        f"all {len(SCOPES)} granted",
    )


def clock(found: checkup.Installation, now: datetime) -> Finding:
    """Return whether our clock shows Slack's time: signatures and histories depend on it."""
    if found.at is None:
        unsaid = "unknown, as Slack didn't say the time. Check that NTP runs."
        return Finding("clock", detail=unsaid, unknown=True)
    off = abs((found.at - now).total_seconds())
    return Finding(
        "clock",
        f"{off:.0f} s away from Slack's. Set this machine's clock (NTP)." if off > _CLOCK else "",
        f"within {_CLOCK} s of Slack's",
    )


def _line(slack: WebClient, settings: Settings) -> Iterator[Finding]:
    if settings.slack_app_token is None:
        yield Finding("Slack mode", detail=f"HTTP, on port {settings.port}")
        return
    try:
        checkup.opens_a_line(slack, settings.slack_app_token.get_secret_value())
    except SlackUnavailable:
        raise
    except SlackError as error:
        yield Finding(
            "Slack app token",
            f"Slack refuses it ({error.code}). Generate one with connections:write under "
            "Basic Information, App-Level Tokens, and set SLACK_APP_TOKEN.",
        )
        return
    yield Finding("Slack app token", detail="Socket Mode opens")


def _channel(slack: WebClient, channel: AlertChannel) -> Iterator[Finding]:
    name = channel.configured if is_channel(channel.configured) else f"#{channel.configured}"
    id = channel.id or channels.find(slack, channel.configured)
    if id is None:
        yield Finding(
            "alert channel",
            f"I'm not in a channel called {name}, so alerts wait. Type `/invite @Spacebot` in it. "
            "If it's archived, unarchive it; if it has another name now, set "
            "SPACEBOT_ALERT_CHANNEL.",
        )
        return
    wrong = {
        "is_archived": f"{name} is archived. Unarchive it, or set SPACEBOT_ALERT_CHANNEL to "
        "another one.",
        "not_in_channel": f"I am not in {name}. Type `/invite` there and add me.",
    }
    kept_out = checkup.keeps_us_out(slack, id)
    yield Finding("alert channel", wrong.get(kept_out, ""), f"I am in {name}")


def _kept_channel(settings: Settings) -> AlertChannel:
    """Return what a bot with these settings knows of its alert channel.

    Without a database it knows nothing, and that's another check's to say.
    """
    try:
        store = Store(settings.database_url)
    except (Unopened, SQLAlchemyError):
        return configured(None, settings.alert_channel)
    try:
        with store.transaction() as tx:
            kept = stored.alert_channel(tx)
    finally:
        store.close()
    return configured(kept, settings.alert_channel)


def _hub(hub: Hub, settings: Settings) -> Iterator[Finding]:
    account = hub.whoami()
    yield Finding("Hub token", _kind(account), f"{account.token_role} token of {account.name}")
    for owner in settings.owners:
        yield Finding(f"Hub rights on {owner}", rights(account, owner), "may write")
        yield Finding(f"Spaces of {owner}", detail=str(len(hub.fleet(owner))))


def _kind(account: Account) -> str:
    if account.token_kind not in ("", "access_token"):
        return (
            f"is a {account.token_kind}, which may not restart a Space. "
            "Make a personal access token with write access at hf.co/settings/tokens."
        )
    if account.token_role == "read":  # noqa: S105 - a role, not a token
        return "may only read. Make one with write access at hf.co/settings/tokens."
    return ""


def rights(account: Account, owner: str) -> str:
    """Return what is wrong with the token for *owner*, and the way out; nothing if it will do."""
    if account.token_role == "fineGrained":  # noqa: S105 - a role, not a token
        named = any(entity.split("/")[0] == owner for entity in account.writes_to)
        return "" if named else f"may not write to {owner}. Give the token repo.write on it."
    ours = (account.name, *account.orgs)
    if owner in ours:
        return ""
    if spelled := next((o for o in ours if o.casefold() == owner.casefold()), ""):
        return f"is spelled {spelled} by the Hub. Write it so in SPACEBOT_OWNER."
    return f"{account.name} is not a member of {owner}. Use a token of somebody who is."


def _slash_command(settings: Settings) -> Iterator[Finding]:
    """Compare the name of the slash command with what people type, where the database opens."""
    try:
        store = Store(settings.database_url)
    except (Unopened, SQLAlchemyError):
        return  # the line about the database says why
    try:
        with store.transaction() as tx:
            yield health.slash_command(tx, settings.command)
    finally:
        store.close()


def _database(opens: Opens) -> Iterator[Finding]:
    try:
        opens()
    except Unopened as error:
        yield Finding("database", str(error))
        return
    except SQLAlchemyError as error:
        yield Finding("database", f"cannot be opened ({type(error).__name__}). Check DATABASE_URL.")
        return
    yield Finding("database", detail="opens, and its tables are up to date")
