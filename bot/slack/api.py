"""The Web API of Slack as the service uses it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot import metrics
from bot.cards import Message, MessageRef
from bot.errors import SlackError, SlackOutcomeUnknown, SlackUnavailable
from bot.model import Person, SlackFile
from bot.slack import directory, errors, files, history
from bot.slack.client import TIMEOUT_SECONDS, logger, set_proxy
from bot.slack.directory import Identity, Users
from bot.slack.files import Downloads
from bot.slack_limits import is_channel


class Slack:
    """The Web API: each method makes its call once and raises only errors of `bot.errors`."""

    def __init__(self, client: WebClient, *, clock: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._users = Users(client, clock)
        self._downloads = Downloads(client.token or "", client.base_url, clock)

    def post(
        self, channel: str, message: Message, *, thread: str | None = None, nonce: str = ""
    ) -> MessageRef:
        """Post *message* and return its reference.

        A person's id as *channel* means a direct message.
        """
        try:
            response = errors.call_api(
                self._client.chat_postMessage,
                channel=channel,
                thread_ts=thread,
                metadata=history.card_metadata(nonce) if nonce else None,
                unfurl_links=False,
                unfurl_media=False,
                **_message_arguments(message),
            )
            ref = self._message_ref(response, channel, nonce, thread)
        except SlackError as error:
            metrics.slack_posts.labels(_outcome_label(error)).inc()
            raise
        metrics.slack_posts.labels("posted").inc()
        return ref

    def update(self, ref: MessageRef, message: Message) -> None:
        """Replace the message at *ref*."""
        errors.call_api(
            self._client.chat_update, channel=ref.channel, ts=ref.ts, **_message_arguments(message)
        )

    def delete(self, ref: MessageRef) -> None:
        """Delete the message at *ref*."""
        errors.call_api(self._client.chat_delete, channel=ref.channel, ts=ref.ts)

    def find(
        self, channel: str, nonce: str, since: datetime, *, thread: str | None = None
    ) -> MessageRef | None:
        """Return the reference of the card with *nonce*, None if it isn't in the channel."""
        id = history.get_channel_id(self._client, channel)
        return history.find_card(self._client, id, nonce, since, thread)

    def post_ephemeral(
        self, channel: str, user: str, message: Message, *, thread: str | None = None
    ) -> None:
        """Post *message* in the channel, visible to *user* only."""
        errors.call_api(
            self._client.chat_postEphemeral,
            channel=channel,
            user=user,
            thread_ts=thread,
            **_message_arguments(message),
        )

    def respond(self, url: str, message: Message, *, replace: bool = False) -> None:
        """Post a reply to a response URL, visible to one person.

        With *replace* it replaces the message that had the button.
        """
        hook = WebhookClient(url, timeout=TIMEOUT_SECONDS, retry_handlers=[], logger=logger)
        set_proxy(hook, url)
        body = _message_arguments(message) | {
            "response_type": "ephemeral",
            "replace_original": replace,
        }
        errors.post_response(hook, body)

    def upload(self, channel: str, name: str, content: str, *, thread: str | None = None) -> None:
        """Upload a file to *channel*, the id of a channel.

        Slack accepts neither a channel's name nor a person's id here.
        """
        try:
            errors.call_api(
                self._client.files_upload_v2,
                channel=channel,
                filename=name,
                title=name,
                content=content,
                thread_ts=thread,
            )
        except SlackOutcomeUnknown as error:
            raise SlackOutcomeUnknown(
                "Slack didn't respond during the upload of the file.",
                error.code,
                effect="It may have arrived: check before you try again.",
            ) from error

    def open_form(self, trigger_id: str, view: Mapping[str, Any]) -> str:
        """Open a modal for the person behind *trigger_id*; return its id."""
        response = errors.call_api(self._client.views_open, trigger_id=trigger_id, view=view)
        return str(errors.get_field(response, "view", "id"))

    def update_form(self, id: str, view: Mapping[str, Any]) -> None:
        """Replace the view of an open modal; the entered values stay."""
        errors.call_api(self._client.views_update, view_id=id, view=view)

    def attachment(self, id: str) -> SlackFile:
        """Return the description of a file, also of one that the bot may not see."""
        try:
            response = errors.call_api(self._client.files_info, file=id)
        except SlackError as error:
            if error.code in files.INVISIBLE_CODES:
                return files.invisible_file(id)
            raise
        with errors.documented_shape():
            return files.parse_file(id, errors.get_field(response, "file"))

    def download(self, attachment: SlackFile, max_bytes: int) -> bytes:
        """Return the content of a file of at most *max_bytes* bytes."""
        return self._downloads.fetch(attachment, max_bytes)

    def find_channel(self, name: str) -> str | None:
        """Return the id of the channel *name*, None if the bot isn't a member."""
        return directory.find_channel(self._client, name)

    def list_channel_names(self) -> Mapping[str, str]:
        """Return the names of the bot's channels by id."""
        return directory.list_channel_names(self._client)

    def person(self, user: str) -> Person:
        """Return the person with the id *user*."""
        return self._users.person(user)

    def group(self, id: str) -> frozenset[str]:
        """Return the ids of the members of a user group."""
        return self._users.group(id)

    def identity(self) -> Identity:
        """Return the bot's own ids in Slack."""
        return self._users.identity()

    def _message_ref(
        self, response: SlackResponse, requested_channel: str, nonce: str, thread: str | None
    ) -> MessageRef:
        """Return the reference of the posted message in *response*.

        A converted channel has a new id in the answer. So does the answer to another post, so
        the message must be found there.
        """
        ref = history.message_ref(response)
        is_other_channel = is_channel(requested_channel) and ref.channel != requested_channel
        if is_other_channel and not history.has_card(self._client, ref, nonce, thread):
            raise errors.unreadable_error()
        return ref


def _message_arguments(message: Message) -> dict[str, Any]:
    # Always with blocks, because an update with text alone removes the old blocks.
    return {"text": message.text, "blocks": [dict(block) for block in message.blocks]}


def _outcome_label(error: SlackError) -> str:
    match error:
        case SlackOutcomeUnknown():
            return "ambiguous"
        case SlackUnavailable():
            return "unavailable"
    return "refused"
