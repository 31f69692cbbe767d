"""The notice that a read takes a while, which its answer replaces."""

import logging
from threading import Lock, Timer

from bot.cards import MessageRef
from bot.errors import SlackError
from bot.model import Ask, Source
from bot.render import replies
from bot.service.dependencies import Slack

logger = logging.getLogger(__name__)


class SlowAnswerNotice:
    """A notice that is posted if the answer to *ask* takes longer than *after* seconds.

    Only what its answer can replace gets one: a slash command and a direct message. The
    ephemeral reply to a mention can't be edited, and a button's response URL replaces its card.
    """

    def __init__(self, slack: Slack, ask: Ask, after: float) -> None:
        self._slack, self._ask, self._after = slack, ask, after
        self._lock = Lock()  # held while the notice is posted, so that the answer comes after it
        self._timer: Timer | None = None
        self._is_settled = self._is_shown = False
        self._ref: MessageRef | None = None

    def start(self) -> None:
        """Start to wait for the answer."""
        self._timer = Timer(self._after, self._show)
        self._timer.daemon = True
        self._timer.start()

    def settle(self) -> bool:
        """Withdraw the notice; return whether the answer must replace it."""
        if self._timer is None:
            return False
        self._timer.cancel()
        with self._lock:
            self._is_settled = True
        if self._ref:
            self._delete(self._ref)
        return self._is_shown and self._ref is None

    def _show(self) -> None:
        ask = self._ask
        with self._lock:
            if self._is_settled:
                return
            try:
                if ask.source is Source.DIRECT:
                    self._ref = self._slack.post(
                        ask.channel, replies.text_reply("Fetching…"), thread=ask.thread
                    )
                elif ask.source is Source.COMMAND and ask.response_url:
                    self._slack.respond(ask.response_url, replies.text_reply("Fetching…"))
                    self._is_shown = True
            except SlackError as error:
                logger.info("no notice of a slow answer: %s", error)

    def _delete(self, ref: MessageRef) -> None:
        try:
            self._slack.delete(ref)
        except SlackError as error:
            logger.info("the notice of a slow answer stays: %s", error)
