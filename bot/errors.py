"""
What can go wrong, as the person asking should hear it.

* BotError              says something useful to whoever asked
  x Misunderstood       we could not read the request
  x NotAllowed          we read it, and the answer is no
  x HubError            the Hub said no; asking again will not help
    + NotFound          ... because there is no such Space, or we may not see it
    + Refused           ... because our token may not do it (401, 403)
    + PlanNeeded        ... because the plan does not pay for it (402)
    + Conflict          ... because it exists, or something else is under way (409)
    + HubUnavailable    ... or nothing at all, and asking again may help
      - RateLimited     ... once the window has passed (`until`)
      - Unanswered      ... but it may have been done all the same
  x DatabaseUnavailable our own book is out of reach, and asking again may help
  x SlackError          Slack said no; see `code`
    + SlackUnavailable  ... or nothing, and asking again may help
      - SlackTooFast    ... once `after` seconds have passed
      - SlackAmbiguous  ... but the message may have been posted all the same
"""

from datetime import datetime


class BotError(Exception):
    """Base class. The message is shown in Slack as it stands, as plain text."""


class Misunderstood(BotError):
    """The request could not be read. `suggestion` is a command to offer as a button."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.suggestion = suggestion


class NotAllowed(BotError):
    """The request was read and refused."""


class HubError(BotError):
    """The Hub refused, and asking again will not help. Carries the Hub's own words."""

    def __init__(self, message: str, request_id: str | None = None) -> None:
        super().__init__(message)
        self.request_id = request_id


def with_request_id(error: BotError) -> str:
    """Return *error* for a log, with the id by which the Hub's people find the request."""
    id = error.request_id if isinstance(error, HubError) else None
    return f"{error} (request {id})" if id else str(error)


class NotFound(HubError):
    """There is no such Space, or our token may not see it."""


class Refused(HubError):
    """Our token may not do this."""


class PlanNeeded(HubError):
    """The plan of the owner does not pay for this."""


class Conflict(HubError):
    """It exists already, or another change is under way."""


class HubUnavailable(HubError):
    """The Hub did not do it; asking again may help."""


class RateLimited(HubUnavailable):
    """The window is used up until `until`."""

    def __init__(self, message: str, until: datetime, request_id: str | None = None) -> None:
        super().__init__(message, request_id)
        self.until = until


class Unanswered(HubUnavailable):
    """The request left and no answer came: it may have been done all the same."""


class DatabaseUnavailable(BotError):
    """The database did not answer, or cut us off. What was under way may have been written."""


class SlackError(BotError):
    """Slack refused. `code` is Slack's own word for why."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class SlackUnavailable(SlackError):
    """Slack did not take it; asking again may help, after `after` seconds."""

    def __init__(self, message: str, code: str = "", after: float = 1.0) -> None:
        super().__init__(message, code)
        self.after = after


class SlackTooFast(SlackUnavailable):
    """Slack hears too much of this from us just now; of other things it may not."""


class SlackAmbiguous(SlackUnavailable):
    """The request left and no answer came: it may have been posted all the same."""
