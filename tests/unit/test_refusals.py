"""Each error code that Slack documents, of each method, leads to a known action."""

import pytest

from bot.model import Ask, Source
from bot.refusals import REFUSAL_BY_CODE, Refusal, classify_refusal, is_answer, is_exchange_over
from bot.service import Bot
from tests.fakes import FakeSlack
from tests.unit.cards.samples import EVERY, R


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


@pytest.mark.parametrize("code", ["used_url", "invalid_blocks", "ratelimited", "fatal_error"])
def test_operation_card_is_sent_by_dm_for_any_response_url_error(
    bot: Bot, slack: FakeSlack, code: str
) -> None:
    bot.deps.response_urls.put("UTA", "C1", "https://hooks.test/1", bot.deps.now())
    slack.channels_without_bot, slack.rejections = {"C1"}, {"respond": code}
    bot.ask(Ask("mute all for 1h", "UTA", "C1", Source.COMMAND, idempotency_key="1"))
    for _ in range(2):
        bot.deliver()
    assert [shown.channel for shown in slack.cards] == ["DUTA"]


# (our code for what came back, whether the call is over)
@pytest.mark.parametrize(
    ("code", "is_over"),
    [
        ("http_200", True),
        ("http_403", True),
        ("http_408", False),
        ("http_502", False),
        ("", False),
        ("internal_error", False),
        ("http_", False),
    ],
)
def test_a_page_of_a_proxy_ends_a_call_and_a_gateways_error_does_not(
    code: str, is_over: bool
) -> None:
    assert is_exchange_over(code) is is_over
