"""
What every call of the Hub is wrapped in: a deadline, and no error but ours on the way out.

`client` turns what the Hub says, and its silence, into our errors. What is left for here is a
request that huggingface_hub would not send, and an answer that is not what was asked for. An
answer can break a reader in more ways than can be listed (a nesting too deep, a number too
long, a field of another type), so whatever is not ours is caught, and counts as unread.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from huggingface_hub.errors import HFValidationError

from bot.errors import BotError, HubError, HubUnavailable
from bot.hub.attempts import Attempt, track_attempt
from bot.hub.deadline import within
from bot.hub.errors import error_for_unreadable
from bot.hub.hub_messages import collapse_first_line

logger = logging.getLogger(__name__)


@contextmanager
def reading(seconds: float) -> Iterator[None]:
    """Wrap a question: an answer that cannot be read leaves us knowing nothing."""
    with _guard(seconds):
        yield


@contextmanager
def writing(seconds: float) -> Iterator[None]:
    """Wrap an act: an answer that cannot be read leaves open whether it was done."""
    with _guard(seconds):
        yield


@contextmanager
def _guard(seconds: float) -> Iterator[None]:
    with within(seconds), track_attempt() as attempt:
        try:
            yield
        except BotError:
            raise
        except Exception as error:  # noqa: BLE001 - the border: nothing foreign passes it
            # Its text may hold what ours must not, so it is neither chained nor logged.
            logger.info("a call of the Hub ended in %s", type(error).__name__)
            raise _translate(error, attempt) from None


def _translate(error: Exception, attempt: Attempt) -> HubError:
    if attempt.is_write_sent:
        return error_for_unreadable(write=True)
    if isinstance(error, HFValidationError) or (
        not attempt.is_sent and isinstance(error, ValueError)
    ):
        message = collapse_first_line(str(error))
        return HubError(f"The Hub would not take this: {message} Nothing was sent.")
    if attempt.is_sent:
        return error_for_unreadable(write=False)
    return HubUnavailable(
        f"Something went wrong on my side ({type(error).__name__}). Nothing was sent."
    )
