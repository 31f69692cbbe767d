"""
What every call of the Hub is wrapped in: a deadline, and no error but ours on the way out.

`client` turns what the Hub says, and its silence, into our errors. What is left for here is a
request that huggingface_hub would not send, and an answer that is not what was asked for.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from huggingface_hub.errors import HfUriError, HFValidationError

from bot.errors import HubError
from bot.hub.complaints import first_line, unreadable
from bot.hub.deadline import within

_MISREAD = (json.JSONDecodeError, HfUriError, LookupError, TypeError, AttributeError)


@contextmanager
def asking(seconds: float) -> Iterator[None]:
    """Wrap a question: an answer that cannot be read leaves us knowing nothing."""
    with within(seconds):
        try:
            yield
        except HFValidationError as error:
            raise _unsent(error) from error
        except (*_MISREAD, ValueError) as error:
            raise unreadable(act=False) from error


@contextmanager
def acting(seconds: float) -> Iterator[None]:
    """Wrap an act: an answer that cannot be read leaves open whether it was done."""
    with within(seconds):
        try:
            yield
        except HFValidationError as error:
            raise _unsent(error) from error
        except _MISREAD as error:
            raise unreadable(act=True) from error
        except ValueError as error:
            raise _unsent(error) from error


def _unsent(error: ValueError) -> HubError:
    return HubError(f"The Hub would not take this: {first_line(str(error))} Nothing was sent.")
