"""Errors about settings: every problem at once, without a secret."""

import traceback

import pytest

from bot.settings import SettingsError, read
from tests.tokens import TOKENS, left_of
from tests.unit.settings.samples import APP, BOT, HUB, REQUIRED, problem_of, problems_of, settings


def test_all_problems_are_reported_at_once_with_advice() -> None:
    problems = problems_of({"SPACEBOT_PORT": "x", "SPACEBOT_OWNERS": "o", "HF_DEBUG": "true"})
    assert [line.split()[0] for line in problems] == [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "HF_TOKEN",
        "SPACEBOT_OWNER",
        "SPACEBOT_ALERT_CHANNEL",
        "SPACEBOT_PORT",
        "SPACEBOT_OWNERS",
        "HF_DEBUG",
    ]
    assert "isn't set. Copy it from your app at api.slack.com/apps" in problems[0]
    assert "Did you mean SPACEBOT_OWNER?" in problems[-2]


def test_repr_of_settings_contains_no_secret() -> None:
    given = settings(
        SLACK_SIGNING_SECRET="5ign1ng",
        SPACEBOT_SECRET_KEY="k3yk3y",
        DATABASE_URL="postgresql://u:pa55@h/d",
    )
    for said in (repr(given), str(given), f"{given}"):
        for secret in (BOT, APP, HUB, "5ign1ng", "k3yk3y", "pa55"):
            assert secret not in said


@pytest.mark.parametrize(
    "variable", [*REQUIRED, "DATABASE_URL", "SPACEBOT_PORT", "SPACEBOT_ADMINS"]
)
@pytest.mark.parametrize("secret", [BOT + "é", APP + "é", HUB + "é", "x://u:pa55é@h/d"])
def test_no_problem_contains_a_secret_in_any_variable(variable: str, secret: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(REQUIRED | {variable: secret})
    for shown in (str(caught.value), "".join(traceback.format_exception(caught.value))):
        assert secret not in shown
        assert "pa55" not in shown


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_token_in_a_shown_variable_is_a_problem(token: str) -> None:
    token = token.replace("\n", " ")
    for variable in (*REQUIRED, "SPACEBOT_PREFIX", "SPACEBOT_TEMPLATE", "SPACEBOT_VARIABLES"):
        if variable in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "HF_TOKEN"):
            continue
        for value in (token, f"acme/{token}", f"A={token}"):
            problems = problems_of(REQUIRED | {variable: value})
            assert any(line.startswith(variable) for line in problems)
            assert left_of(token, str(problems)) == []


def test_token_of_another_service_is_identified() -> None:
    problem = problem_of(HF_TOKEN=TOKENS["ghp_"])
    assert "looks like another service's GitHub token. Create a token" in problem
