"""Doing what is over once the Hub has agreed, on many Spaces beside each other.

What is done may carry a secret's value. It is in nobody's hands but the Hub's after this: no
row, no log, no message has it, and so nothing of this is repeated after a crash.
"""

import logging
from collections.abc import Callable, Container
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import assert_never
from uuid import uuid4

from bot import collisions
from bot.command import Deed
from bot.errors import BotError, Conflict, HubError, NotFound, Unanswered, traced
from bot.model import Ask
from bot.questions import (
    Act,
    Delete,
    DeleteSecret,
    DeleteVariable,
    SetSecret,
    SetVariable,
)
from bot.render import endings
from bot.service import booking, window
from bot.service.parts import Hub, Job, Parts
from bot.store import cards, spaces

logger = logging.getLogger(__name__)

# A value that is shorter stands in words by chance; the border has cut the Hub's own echo.
_TELLING = 4
_STOPPED = "I was stopped before this was done. Ask again."


def do(parts: Parts, ask: Ask, deed: Deed) -> tuple[str, str]:
    """Do *deed* on each of its Spaces, then tell the channel; return how the audit keeps it."""
    with parts.transaction() as tx:
        booking.acting(tx, ask)
        if isinstance(deed.act, Delete):
            spaces.delete_asked(tx, deed.spaces, parts.now())
    outcomes = _done(parts, deed)
    message = deed.said(outcomes)
    state, line = endings.deed(message.text, outcomes)
    with parts.transaction() as tx:
        cards.want(
            tx,
            f"deed:{uuid4().hex}",
            ask.channel,
            message,
            parts.now(),
            user=ask.user,
            thread=ask.thread,
        )
        booking.acted(parts, tx, ask, line, state)
    parts.nudge(Job.DELIVER)
    return state, line


def _done(parts: Parts, deed: Deed) -> dict[str, str]:
    """Return, by Space, what went wrong, or nothing."""
    act = partial(_one, parts, deed.act)
    futures = {space: _submitted(parts, partial(act, space)) for space in deed.spaces}
    return {
        space: _STOPPED if later is None else _result(later) for space, later in futures.items()
    }


def _submitted(parts: Parts, call: partial[str]) -> "Future[str] | None":
    try:
        return parts.calls.submit(call)
    except CancelledError:  # the pool takes nothing more: we are stopping
        return None


def _result(later: "Future[str]") -> str:
    try:
        return later.result()
    except CancelledError:
        return _STOPPED


def _one(parts: Parts, act: Act, space: str) -> str:
    if budget := window.spent(parts):
        return (
            f"The Hub's rate limit is used up until {budget.resets_at:%H:%M:%S} UTC. Nothing was "
            "sent. Ask again after that."
        )
    try:
        _act_or_look(parts.hub, act, space)
    except BotError as error:
        said = _without_value(str(error), act)
        noted = _without_value(traced(error), act)
        logger.info("%s on %s: %s", type(act).__name__, space, noted)
        return said
    except Exception as error:  # noqa: BLE001 - the other Spaces are told of in any case
        # Its own words and its traceback may hold the value: they are not written down.
        reference = uuid4().hex[:8]
        kind = type(error).__name__
        logger.error("%s on %s: %s, reference %s", type(act).__name__, space, kind, reference)  # noqa: TRY400 - see above
        return (
            "Something went wrong on my side, and I do not know whether it was done. Look, then "
            f"ask again. Reference: {reference}"
        )
    return ""


def _act_or_look(hub: Hub, act: Act, space: str) -> None:
    """Do *act*; where no answer confirms it, the Hub's list may."""
    try:
        _act(hub, act, space)
    except Unanswered as error:
        if not _is_done(hub, act, space):
            raise
        noted = _without_value(traced(error), act)
        logger.info("%s on %s: done, although: %s", type(act).__name__, space, noted)


def _is_done(hub: Hub, act: Act, space: str) -> bool:
    """Return whether the Hub shows that *act* was done, now that its answer is lost."""
    try:
        return _is_shown(hub, act, space)
    except NotFound:
        return isinstance(act, Delete)
    except HubError:
        return False


def _is_shown(hub: Hub, act: Act, space: str) -> bool:
    match act:
        case SetSecret():
            return False  # of its value nothing is shown
        case DeleteSecret():
            return act.key not in hub.secrets(space)
        case SetVariable():
            return hub.variables(space).get(act.key) == act.value
        case DeleteVariable():
            return act.key not in hub.variables(space)
        case Delete():
            hub.runtime(space)  # NotFound, if it is done
            return False


def _act(hub: Hub, act: Act, space: str) -> None:
    match act:
        case SetSecret():
            _check_free(act.key, "variable", hub.variables, space)
            hub.set_secret(space, act.key, act.value)
        case DeleteSecret():
            _check_there("secret", act.key, hub.secrets(space))
            hub.delete_secret(space, act.key)
        case SetVariable():
            _check_free(act.key, "secret", hub.secrets, space)
            hub.set_variable(space, act.key, act.value)
        case DeleteVariable():
            _check_there("variable", act.key, hub.variables(space))
            hub.delete_variable(space, act.key)
        case Delete():
            hub.delete(space)
        case _:
            assert_never(act)


def _check_free(key: str, other: str, names: Callable[[str], Container[str]], space: str) -> None:
    """Raise Conflict for a name that the *other* kind has; HubError if the Hub won't say."""
    try:
        known = names(space)
    except HubError as error:
        raise HubError(
            f"I can't see whether there is a {other} {key}, so nothing was set. {error}",
            error.request_id,
        ) from error
    if key in known:
        raise Conflict(
            f"There is a {other} {key}, so nothing was set: {collisions.both([key])} "
            f"Delete the {other} first, or take another name."
        )


def _check_there(what: str, key: str, known: Container[str]) -> None:
    """Raise NotFound for a name that is not there: the Hub says yes to its deletion, too."""
    if key not in known:
        raise NotFound(f"There is no {what} {key}, so nothing was done.")


def _without_value(said: str, act: Act) -> str:
    """Cut a secret's value out of the Hub's words, should it repeat what it was sent."""
    if isinstance(act, SetSecret) and len(act.value) >= _TELLING:
        return said.replace(act.value, "…")
    return said
