"""What the bot says in Slack, and asks of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot import metrics
from bot.cards import Message, Place
from bot.errors import SlackAmbiguous, SlackError, SlackUnavailable
from bot.model import Attachment, Person
from bot.slack import attachments, border, channels, history
from bot.slack.client import SECONDS, logger, proxy_for
from bot.slack.downloads import Downloads
from bot.slack.people import Identity, People
from bot.slack_ids import is_channel


class Slack:
    """The Web API as the verbs see it: each call once, errors those of bot.errors."""

    def __init__(self, client: WebClient, *, clock: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._people = People(client, clock)
        self._downloads = Downloads(client.token or "", client.base_url, clock)

    def post(
        self, channel: str, message: Message, *, thread: str | None = None, nonce: str = ""
    ) -> Place:
        """Post *message*; return where it stands. A person's id means their direct messages."""
        try:
            said = border.call(
                self._client.chat_postMessage,
                channel=channel,
                thread_ts=thread,
                metadata=history.metadata(nonce) if nonce else None,
                unfurl_links=False,
                unfurl_media=False,
                **_content(message),
            )
            place = self._place(said, channel, nonce, thread)
        except SlackError as error:
            metrics.slack_posts.labels(_outcome(error)).inc()
            raise
        metrics.slack_posts.labels("posted").inc()
        return place

    def update(self, place: Place, message: Message) -> None:
        """Make the message at *place* say this instead."""
        border.call(
            self._client.chat_update, channel=place.channel, ts=place.ts, **_content(message)
        )

    def delete(self, place: Place) -> None:
        """Take the message at *place* away."""
        border.call(self._client.chat_delete, channel=place.channel, ts=place.ts)

    def find(
        self, channel: str, nonce: str, since: datetime, *, thread: str | None = None
    ) -> Place | None:
        """Return where the card with *nonce* stands, None when it is not there."""
        id = history.channel_id(self._client, channel)
        return history.find(self._client, id, nonce, since, thread)

    def whisper(
        self, channel: str, user: str, message: Message, *, thread: str | None = None
    ) -> None:
        """Say it in the channel, to one person only."""
        border.call(
            self._client.chat_postEphemeral,
            channel=channel,
            user=user,
            thread_ts=thread,
            **_content(message),
        )

    def respond(self, url: str, message: Message, *, replace: bool = False) -> None:
        """Answer by a response URL, for one person; *replace* puts it in the question's place."""
        hook = WebhookClient(url, timeout=SECONDS, retry_handlers=[], logger=logger)
        hook.proxy, hook.ssl = proxy_for(url), self._client.ssl
        body = _content(message) | {"response_type": "ephemeral", "replace_original": replace}
        border.answer(hook, body)

    def upload(self, channel: str, name: str, content: str, *, thread: str | None = None) -> None:
        """Put a file into *channel*, which must be an id: here no name and no person will do."""
        try:
            border.call(
                self._client.files_upload_v2,
                channel=channel,
                filename=name,
                title=name,
                content=content,
                thread_ts=thread,
            )
        except SlackAmbiguous as error:
            raise SlackAmbiguous(
                "Slack did not answer while it took the file. It may be there all the same: "
                "look before you ask again.",
                error.code,
            ) from error

    def open_form(self, trigger: str, view: Mapping[str, Any]) -> str:
        """Open a modal for whoever has just typed or tapped; return its id."""
        opened = border.call(self._client.views_open, trigger_id=trigger, view=view)
        return str(border.pick(opened, "view", "id"))

    def update_form(self, id: str, view: Mapping[str, Any]) -> None:
        """Show something else in an open modal. What was entered stays."""
        border.call(self._client.views_update, view_id=id, view=view)

    def attachment(self, id: str) -> Attachment:
        """Return what Slack says of a file, also of one that we may not see."""
        try:
            said = border.call(self._client.files_info, file=id)
        except SlackError as error:
            if error.code in attachments.UNSEEN:
                return attachments.unseen(id)
            raise
        return attachments.read(id, border.pick(said, "file"))

    def download(self, attachment: Attachment, most: int) -> bytes:
        """Return the content of a file, *most* bytes at the most."""
        return self._downloads.fetch(attachment, most)

    def find_channel(self, name: str) -> str | None:
        """Return the id of the channel called *name* that the bot is in, or None."""
        return channels.find(self._client, name)

    def person(self, user: str) -> Person:
        """Return who *user* is."""
        return self._people.person(user)

    def group(self, id: str) -> frozenset[str]:
        """Return who belongs to the user group."""
        return self._people.group(id)

    def identity(self) -> Identity:
        """Return who we are in Slack."""
        return self._people.identity()

    def _place(self, said: SlackResponse, asked: str, nonce: str, thread: str | None) -> Place:
        """Return where *said* tells that the message stands.

        A channel that was converted answers by its new id; an answer that was mixed up does,
        too, and is believed only where the message is there.
        """
        place = history.place(said)
        elsewhere = is_channel(asked) and place.channel != asked
        if elsewhere and not history.stands(self._client, place, nonce, thread):
            raise border.unreadable()
        return place


def _content(message: Message) -> dict[str, Any]:
    # An update with text and without blocks takes the old blocks away: blocks are always said.
    return {"text": message.text, "blocks": [dict(block) for block in message.blocks]}


def _outcome(error: SlackError) -> str:
    match error:
        case SlackAmbiguous():
            return "ambiguous"
        case SlackUnavailable():
            return "unavailable"
    return "refused"
