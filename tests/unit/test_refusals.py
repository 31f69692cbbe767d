"""Each code that Slack documents, for each way of saying something, ends in a known action."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import Card, DeliveryState, Message
from bot.delivery import RETRY_AFTER_MISCONFIGURATION, mark_rejected, mark_unverified
from bot.errors import SlackError
from bot.model import Ask, Source
from bot.refusals import REFUSAL_BY_CODE, Refusal, classify_refusal, is_answer
from bot.service import Bot, reply_channel
from bot.slack import errors
from tests.fakes import FakeSlack
from tests.slack_codes import CODES, RESPONSE_URL

NOW = datetime(2026, 3, 2, tzinfo=UTC)
EVERY = sorted({code for codes in CODES.values() for code in codes})

ALERT = Card(
    1, "incident:5", "C1", Message("broken"), 2, 0, DeliveryState.SENDING, "n", content_version=2
)
KINDS = {
    "alert": ALERT,
    "alert's reply": replace(ALERT, thread="7.0"),
    "operation card": replace(ALERT, key="operation:1", user="U1"),
    "reply": replace(ALERT, key="operation:1:end", user="U1", thread="7.0"),
}
R = Refusal
# What is done about a class of refusals: of a post, and of an edit.
ACTIONS: dict[Refusal, dict[str, str]] = {
    R.RETRY: {"post": "retry", "edit": "retry"},
    R.OUTAGE: {"post": "look", "edit": "retry"},
    R.CONTENT: {"post": "plain", "edit": "plain"},
    R.AUTH: {"post": "mend", "edit": "mend"},
    R.EDIT_LOST: {"post": "retry", "edit": "replace"},
    R.GONE: {"post": "retry", "edit": "post again"},
    R.CHANNEL: {"post": "mend", "edit": "mend"},
}


def expected(code: str, way: str, kind: str) -> str:
    """Return what is to be done; for a person, another place is one that they read."""
    found = classify_refusal(code)
    if found is R.CHANNEL and KINDS[kind].user:
        return "via_dm"
    if found is R.CHANNEL and kind == "alert's reply":
        return "retry"  # a thread may be locked for good
    return ACTIONS[found][way]


def action(before: Card, after: Card) -> str:
    """Return what *after* is about to do, by what a round of delivery looks at."""
    pause = (after.retry_at or NOW) - NOW
    signs = {
        "give up": after.state is DeliveryState.FAILED,
        "look": after.state is DeliveryState.SENDING,
        "via_dm": after.via_dm and not before.via_dm,
        "plain": after.plain and not before.plain,
        "replace": after.replaced_ts is not None and after.ts is None,
        "post again": after.times_deleted > before.times_deleted
        and after.state is DeliveryState.NEW,
        "mend": pause == RETRY_AFTER_MISCONFIGURATION,
        "retry": timedelta() < pause < RETRY_AFTER_MISCONFIGURATION,
    }
    return next((name for name, shown in signs.items() if shown), "nothing")


@pytest.mark.parametrize("code", [*EVERY, "invalid_blocks_of_tomorrow", "something_new"])
def test_every_refusal_of_a_card_has_its_action(code: str) -> None:
    error = errors._error_from_code(200, code, {})
    for kind, sending in KINDS.items():
        posted = replace(sending, state=DeliveryState.POSTED, ts="7.0", posted_channel="C1")
        for way, card in (("post", sending), ("edit", posted)):
            done = action(card, mark_rejected(card, error, NOW))
            assert done == expected(code, way, kind), (code, way, kind)


def test_every_documented_code_is_classified() -> None:
    assert set(EVERY) <= REFUSAL_BY_CODE.keys()


def test_unknown_code_is_an_answer_and_is_retried() -> None:
    assert classify_refusal("something_new") is Refusal.RETRY
    assert is_answer("something_new")
    assert not is_answer("http_503")
    assert not is_answer("")


# The examples that the issue names, apart from the table that the code is made of.
@pytest.mark.parametrize(
    ("code", "means"),
    [
        ("message_limit_exceeded", R.RETRY),
        ("update_failed", R.RETRY),
        ("invalid_blocks", R.CONTENT),
        ("invalid_blocks_format", R.CONTENT),
        ("msg_too_long", R.CONTENT),
        ("edit_window_closed", R.EDIT_LOST),
        ("cant_update_message", R.EDIT_LOST),
        ("is_inactive", R.EDIT_LOST),
        ("message_not_found", R.GONE),
        ("no_permission", R.CHANNEL),
        ("ekm_access_denied", R.CHANNEL),
        ("two_factor_setup_required", R.AUTH),
        ("accesslimited", R.AUTH),
        ("team_access_not_granted", R.AUTH),
        ("external_channel_migrating", R.RETRY),
        ("restricted_action_of_tomorrow", R.CHANNEL),
    ],
)
def test_code_is_classified(code: str, means: Refusal) -> None:
    assert classify_refusal(code) is means


def test_pauses_grow_up_to_a_limit() -> None:
    card, pauses = ALERT, []
    for _ in range(12):
        card = mark_rejected(card, SlackError("no", "message_limit_exceeded"), NOW)
        pauses.append(((card.retry_at or NOW) - NOW).total_seconds())
    assert pauses[:4] == [2, 4, 8, 16]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 300


HISTORY = sorted({*CODES["conversations.history"], *CODES["conversations.replies"]})


@pytest.mark.parametrize("code", [*HISTORY, "something_new"])
def test_refused_history_is_read_later_or_the_card_may_repeat(
    code: str,
) -> None:
    sending = replace(ALERT, sending_since=NOW)
    after = mark_unverified(sending, errors._error_from_code(200, code, {}), NOW)
    waits = after.state is DeliveryState.SENDING and (after.retry_at or NOW) > NOW
    assert waits != after.may_repeat, "it's looked for again, or posted again with a note"


def test_unknown_refusal_of_the_history_has_a_limit() -> None:
    card = replace(ALERT, sending_since=NOW)
    for _ in range(6):
        card = mark_unverified(card, SlackError("no", "something_new"), NOW)
    assert (card.state, card.may_repeat) == (DeliveryState.NEW, True)


# -- what one person alone sees: by the response URL, else in the channel, else directly

ASK = Ask("status", "UTA", "C1", Source.COMMAND, response_url="https://hooks.test/1")
ANSWERS = sorted({*CODES["chat.postEphemeral"], *RESPONSE_URL, "something_new"})
ANSWER = Message("12 Spaces", ({"type": "section", "text": {"type": "mrkdwn", "text": "*12* up"}},))


@pytest.mark.parametrize("code", ANSWERS)
@pytest.mark.parametrize("ways", [("respond",), ("respond", "whisper")])
def test_refused_reply_falls_back_to_text_or_another_channel(
    bot: Bot, slack: FakeSlack, code: str, ways: tuple[str, ...]
) -> None:
    slack.rejections = dict.fromkeys(ways, code)

    reply_channel.reply(bot, ASK, ANSWER)

    heard = [(m, "respond") for _, m, _ in slack.responses]
    heard += [(m, "whisper") for _, m in slack.ephemeral_messages]
    heard += [(shown.message, "post") for shown in slack.cards]
    blamed = {"invalid_blocks", "invalid_blocks_format"}  # what the fake takes without blocks
    if code in blamed:
        assert heard == [(Message("12 Spaces\n*12* up"), "respond")]
    else:
        assert heard == [(ANSWER, {1: "whisper", 2: "post"}[len(ways)])]


@pytest.mark.parametrize("code", ["used_url", "invalid_blocks", "ratelimited", "fatal_error"])
def test_an_operation_card_goes_on_directly_whatever_its_response_url_answers(
    bot: Bot, slack: FakeSlack, code: str
) -> None:
    bot.response_urls.put("UTA", "C1", "https://hooks.test/1", bot.now())
    slack.channels_without_bot, slack.rejections = {"C1"}, {"respond": code}
    bot.ask(Ask("mute all for 1h", "UTA", "C1", Source.COMMAND, idempotency_key="1"))
    for _ in range(2):
        bot.deliver()
    assert [shown.channel for shown in slack.cards] == ["DUTA"]
