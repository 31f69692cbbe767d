"""Errors whose message is shown to the requester, and the loss of the lease.

* BotError                base class
  x UsageError            the request can't be parsed
    + NothingSelected     ... or selects no Space at the moment
  x PermissionDenied      the person has no permission
  x HubError              the Hub refused; a retry doesn't help
    + NotFound            ... the Space doesn't exist, or the token can't see it (404)
      - Unauthorized      ... or the token isn't allowed to do this (401)
      - NoLog             ... the Space has no log
    + HubForbidden        ... the token isn't allowed to (401, 403)
    + PaymentRequired     ... the owner's plan doesn't include it (402)
    + Conflict            ... it exists, or another change is in progress (409)
    + HubUnavailable      ... or didn't answer; a retry may help
      - RateLimited       ... after the end of the rate-limit window (`until`)
      - OutcomeUnknown    ... but the request may have succeeded
  x UnexpectedError       a fault of ours; `reference` finds it in the log
  x DatabaseUnavailable   the database didn't answer; a retry may help
  x SlackError            Slack refused; see `code`
    + SlackUnavailable    ... or didn't answer; a retry may help
      - SlackRateLimited  ... after `after` seconds
      - SlackOutcomeUnknown ... but the message may have been posted
"""

from datetime import datetime
from typing import Any, Self, TypeVar

from bot import causes
from bot.causes import CauseId

#: The effect of a call that may have succeeded although its answer is lost.
OUTCOME_UNKNOWN = "It may still have been done: check before you try again."


class BotError(Exception):
    """Base class. Slack shows the message unchanged, as plain text.

    The message consists of three parts, because the code that shows it may know more than
    the code that raised it:
    `fact` is what happened, `effect` what the call changed, and `next_step` what to do.
    """

    def __init__(self, fact: str = "", *, effect: str = "", next_step: str = "") -> None:
        super().__init__(_join_sentences(fact, effect, next_step))
        self.fact, self.effect, self.next_step = fact, effect, next_step

    def with_effect(self, effect: str) -> str:
        """Return the message with *effect* in place of its own."""
        return _join_sentences(self.fact, effect, self.next_step)


def _join_sentences(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


E = TypeVar("E", bound=BotError)


class UsageError(BotError):
    """The request can't be parsed. `suggestion` is a command to offer as a button."""

    def __init__(self, message: str, suggestion: str | None = None, label: str = "") -> None:
        super().__init__(message)
        self.suggestion, self.label = suggestion, label  # the label of the button


class PermissionDenied(BotError):
    """The person has no permission for the request. *contacts* are the Slack ids of those who do.

    *is_uncertain*: Slack doesn't answer, so the person may have it after all.
    """

    def __init__(
        self, message: str, contacts: tuple[str, ...] = (), *, is_uncertain: bool = False
    ) -> None:
        super().__init__(message)
        self.contacts, self.is_uncertain = contacts, is_uncertain


class NothingSelected(UsageError):
    """The targets are valid but select no Space now, such as `asleep` while all run."""


class UnexpectedError(BotError):
    """A fault of ours, which is in the log under *reference*. *kind* names the exception."""

    def __init__(self, reference: str, kind: str) -> None:
        super().__init__(f"Something went wrong on my side. Reference: {reference}")
        self.reference, self.kind = reference, kind


class HubError(BotError):
    """The Hub refused, and a retry doesn't help. The message quotes the Hub.

    `cause` is the known cause, if there is one.
    """

    def __init__(
        self,
        fact: str,
        request_id: str | None = None,
        *,
        effect: str = "",
        next_step: str = "",
        cause: CauseId | None = None,
    ) -> None:
        super().__init__(fact, effect=effect, next_step=next_step)
        self.request_id, self.cause = request_id, cause

    def replace(
        self, *, fact: str | None = None, effect: str | None = None, next_step: str | None = None
    ) -> Self:
        """Return a new error of this class with another *fact*, *effect* or *next_step*."""
        return type(self)(
            self.fact if fact is None else fact,
            request_id=self.request_id,
            effect=self.effect if effect is None else effect,
            next_step=self.next_step if next_step is None else next_step,
            cause=self.cause,
            **self._fields(),
        )

    def _fields(self) -> dict[str, Any]:
        """Return the arguments that only a subclass has."""
        return {}


def with_request_id(error: BotError) -> str:
    """Return *error* for the log, with the request id that the Hub's support asks for."""
    id = error.request_id if isinstance(error, HubError) else None
    return f"{error} (request {id})" if id else str(error)


class NotFound(HubError):
    """The Space doesn't exist, or the token can't see it."""


class Unauthorized(NotFound):
    """The Space doesn't exist, or the token can't see it or lacks the permission."""


class NoLog(NotFound):
    """The Space has no such log, because it has no container."""


def for_listed_space(error: E) -> "E | HubForbidden":
    """Return *error* of an act on a listed Space, where a 401 blames the token."""
    if not isinstance(error, Unauthorized):
        return error
    cause = causes.get(CauseId.TOKEN_CANNOT_ACT)
    return HubForbidden(
        cause.fact,
        error.request_id,
        effect=error.effect,
        next_step=cause.advice,
        cause=cause.id,
    )


class HubForbidden(HubError):
    """The token isn't allowed to do this."""


class PaymentRequired(HubError):
    """The owner's plan doesn't include this."""


class Conflict(HubError):
    """It exists already, or another change is in progress."""


class HubUnavailable(HubError):
    """The Hub could not execute the request; a retry may help."""


class RateLimited(HubUnavailable):
    """The calls of the rate-limit window are used up until `until`."""

    def __init__(
        self,
        fact: str,
        until: datetime,
        request_id: str | None = None,
        *,
        effect: str = "",
        next_step: str = "",
        cause: CauseId | None = None,
    ) -> None:
        super().__init__(fact, request_id, effect=effect, next_step=next_step, cause=cause)
        self.until = until

    def _fields(self) -> dict[str, Any]:
        return {"until": self.until}


def limited_until(error: Exception) -> datetime | None:
    """Return when the rate limit that caused *error* ends; None if none did."""
    return error.until if isinstance(error, RateLimited) else None


class OutcomeUnknown(HubUnavailable):
    """The Hub did not respond to a request, which may have succeeded."""


class DatabaseUnavailable(BotError):
    """The database did not respond, or closed the connection. A transaction may be committed."""


class SlackError(BotError):
    """Slack refused. `code` is Slack's error code."""

    def __init__(self, fact: str, code: str = "", *, effect: str = "", next_step: str = "") -> None:
        super().__init__(fact, effect=effect, next_step=next_step)
        self.code = code


class SlackUnavailable(SlackError):
    """Slack could not execute the call; a retry after `after` seconds may help."""

    def __init__(
        self,
        fact: str,
        code: str = "",
        after: float = 1.0,
        *,
        effect: str = "",
        next_step: str = "",
    ) -> None:
        super().__init__(fact, code, effect=effect, next_step=next_step)
        self.after = after


class SlackRateLimited(SlackUnavailable):
    """Slack's rate limit for this method and channel is exceeded."""


class SlackOutcomeUnknown(SlackUnavailable):
    """Slack did not respond to a call, which may have succeeded."""


class LeaseLost(Exception):
    """The lease expired or another replica took it. The transaction is rolled back."""
