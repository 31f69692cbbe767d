"""A Slack message is a resource that is made equal to what it should be.

The store holds each card as it should be and as it was last posted. `move` says what to do
next about the difference, `refused` what Slack's refusal means for it. Pure: time is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.errors import SlackAmbiguous, SlackError, SlackUnavailable
from bot.slack_ids import is_channel, is_user

Block = Mapping[str, Any]

# An answer that has not come by now will not come, and the message is in the history or not.
DOUBT = timedelta(seconds=12)
# Slack takes an edit a second; people do not read faster.
BETWEEN_EDITS = timedelta(seconds=1)
# Somebody has to mend something in Slack; once they have, nobody should wait for long.
MENDING = timedelta(minutes=1)
# We are not let in there, or may not write: in a channel for announcements, in a locked thread.
_NO_PLACE = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "user_not_found",
    }
)
_GONE = frozenset({"message_not_found", "cant_update_message"})
_NO_RIGHT = frozenset(
    {
        "account_inactive",
        "access_denied",
        "invalid_auth",
        "missing_scope",
        "not_authed",
        "org_login_required",
        "team_added_to_org",
        "token_expired",
        "token_revoked",
    }
)


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack shows. `text` is what a notification or a screen reader says."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands in Slack."""

    channel: str
    ts: str


class State(StrEnum):
    """What we know of a card's message in Slack."""

    NEW = "new"
    SENDING = "sending"  # a post has left, and no answer has been written down
    POSTED = "posted"
    DEAD = "dead"  # Slack will not have it; `error` says why
    REMOVED = "removed"  # people have deleted it, and it stays away


class Move(StrEnum):
    """What to do next about a card."""

    POST = "post"
    UPDATE = "update"
    LOOK = "look"  # … in the history, whether the post of unknown outcome is there
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Card:
    """One message in Slack, wanted and posted."""

    id: int
    subject: str
    channel: str
    message: Message
    version: int
    posted_version: int
    state: State
    nonce: str
    user: str | None = None  # who hears of it when the channel will not have it
    directly: bool = False  # … which is now
    kept_out: str = ""  # … because Slack said so, in its own word
    posted_channel: str | None = None
    ts: str | None = None
    thread: str | None = None  # the ts it answers
    waits_for_parent: bool = False
    sending_since: datetime | None = None
    tries: int = 0
    not_before: datetime | None = None
    error: str = ""
    is_final: bool = False  # it tells of what is over: once deleted, it stays away
    deletions: int = 0  # how often people have deleted it
    held_until: datetime | None = None  # nobody is to hear of it before

    @property
    def is_there(self) -> bool:
        """Whether its message stands in Slack, as far as we know, so that a reply is read."""
        return self.ts is not None or self.state is State.SENDING

    @property
    def has_place(self) -> bool:
        """Whether Slack knows its place by an id: one with a name waits until that is resolved."""
        return is_channel(self.place) or is_user(self.place)

    @property
    def place(self) -> str:
        wanted = self.user if self.directly and self.user else self.channel
        return self.posted_channel or wanted


def move(card: Card, now: datetime) -> Move:
    """Say what brings *card* nearer to what it should be."""
    if card.state in (State.DEAD, State.REMOVED) or card.waits_for_parent:
        return Move.WAIT
    if not card.has_place:
        return Move.WAIT
    if card.not_before and now < card.not_before:
        return Move.WAIT
    if card.state is State.SENDING and card.sending_since:
        return Move.LOOK if now >= card.sending_since + DOUBT else Move.WAIT
    if card.ts is None:
        return Move.WAIT if _is_unwanted(card, now) else Move.POST
    return Move.UPDATE if card.posted_version < card.version else Move.WAIT


def _is_unwanted(card: Card, now: datetime) -> bool:
    """Whether nobody wants to read it: people have deleted what is over now, or it is muted."""
    held = card.held_until is not None and now < card.held_until
    return held or (card.is_final and card.deletions > 0)


def posting(card: Card, now: datetime) -> Card:
    """Return *card* as it is written down before a post leaves."""
    return replace(card, state=State.SENDING, sending_since=now, tries=card.tries + 1)


def posted(card: Card, channel: str, ts: str, now: datetime) -> Card:
    """Return *card* once Slack shows the version that it wants now."""
    return replace(
        _settled(card, now, BETWEEN_EDITS),
        state=State.POSTED,
        posted_channel=channel,
        ts=ts,
        posted_version=card.version,
    )


def adopted(card: Card, found: Place, now: datetime) -> Card:
    """Return *card* after its message was found; which version it shows is not known.

    From now on it is known by the channel's id: an edit takes no name and no person.
    """
    there = replace(_settled(card, now), posted_channel=found.channel, ts=found.ts)
    return replace(there, state=State.POSTED, posted_version=0)


def missing(card: Card, now: datetime) -> Card:
    """Return *card* after its message was looked for and is not there."""
    return replace(_settled(card, now), state=State.NEW)


def unseen(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after the history could not be read now: what became of it stays unknown."""
    pause = MENDING
    if isinstance(error, SlackUnavailable):
        pause = timedelta(seconds=error.after)
    return replace(card, not_before=now + pause, error=str(error))


def may_be_seen_later(card: Card, error: SlackError) -> bool:
    """Whether a history that cannot be read now will be: the right to it, or to enter, comes back.

    A scope that was never asked for will not; and who asked for something hears of it at once.
    """
    waits = _NO_RIGHT if card.user else _NO_RIGHT | _NO_PLACE
    return error.code in waits - {"missing_scope"}


def refused(card: Card, error: SlackError, now: datetime) -> Card:
    """Return *card* after Slack refused it, or did not answer."""
    match error:
        case SlackAmbiguous() if card.ts is None:
            return replace(card, error=str(error))
        case SlackUnavailable():
            return _later(card, now + timedelta(seconds=error.after), error)
    if error.code in _GONE:
        return _deleted(card, now)
    if error.code in _NO_PLACE:
        return _elsewhere(card, error, now)
    if error.code in _NO_RIGHT:
        return _later(card, now + MENDING, error)
    return _given_up(card, error, now)


def _settled(card: Card, now: datetime, pause: timedelta = timedelta()) -> Card:
    return replace(card, sending_since=None, tries=0, not_before=now + pause, error="")


def _later(card: Card, when: datetime, error: SlackError) -> Card:
    state = State.POSTED if card.ts else State.NEW
    return replace(card, state=state, sending_since=None, not_before=when, error=str(error))


def _deleted(card: Card, now: datetime) -> Card:
    """Somebody removed the message: it is posted once more, unless what it tells of is over."""
    stays_away = card.is_final or card.deletions > 0
    return replace(
        _settled(card, now),
        state=State.REMOVED if stays_away else State.NEW,
        deletions=card.deletions + 1,
        ts=None,
        posted_channel=None,
    )


def _elsewhere(card: Card, error: SlackError, now: datetime) -> Card:
    """The channel will not have it: who asked hears of it directly, an alert waits to be let in.

    What was over before anybody could read of it is not told any more.
    """
    if card.user and not card.directly:
        moved = replace(card, directly=True, kept_out=error.code)
        afresh = replace(moved, ts=None, posted_channel=None)
        return _later(afresh, now, error)
    over = card.is_final and card.ts is None
    if card.user or card.thread or over:
        return _given_up(card, error, now)
    return _later(card, now + MENDING, error)


def _given_up(card: Card, error: SlackError, now: datetime) -> Card:
    return replace(_later(card, now, error), state=State.DEAD)
