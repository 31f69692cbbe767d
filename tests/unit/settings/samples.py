"""Helpers of the tests in this folder."""

from collections.abc import Mapping

import pytest

from bot.settings import Settings, SettingsError, read

BOT = "xoxb-111-222-bOtBoTbOt"
APP = "xapp-1-A111-222-aPpApPaPp"
HUB = "hf_hUbHuBhUbHuBhUbHuB"


REQUIRED = {
    "SLACK_BOT_TOKEN": BOT,
    "SLACK_APP_TOKEN": APP,
    "HF_TOKEN": HUB,
    "SPACEBOT_OWNER": "ifcore-org",
    "SPACEBOT_ALERT_CHANNEL": "#space-alerts",
}


def settings(**more: str) -> Settings:
    return read(REQUIRED | more)


def problems_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read(environ)
    assert str(caught.value).splitlines() == list(caught.value.problems)
    return caught.value.problems


def problem_of(**more: str) -> str:
    (problem,) = problems_of(REQUIRED | more)
    return problem
