"""The environment is read once, strictly, with every complaint at once and no secret shown."""

import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import ALERT_WORDS, Settings, SettingsError, read, read_command, with_dotenv
from tests.tokens import TOKENS, left_of

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


def test_the_required_values_are_enough_and_the_rest_has_defaults() -> None:
    given = settings()
    assert given.slack_bot_token.get_secret_value() == BOT
    assert given.slack_app_token is not None
    assert given.slack_signing_secret is None
    assert given.slack_api_url == "https://slack.com/api/"
    assert given.hf_endpoint == "https://huggingface.co"
    assert given.owners == ("ifcore-org",)
    assert given.alert_channel == "space-alerts"
    assert (given.prefix, given.template, dict(given.secrets)) == ("", None, {})
    assert given.variables == {"TEAM_NAME": "{team}"}
    assert given.alert_on == {"error", "sleeping"}
    assert given.operators == given.admins == frozenset()
    assert (given.poll_seconds, given.timezone, given.command) == (60.0, "UTC", "/space")
    assert (given.database_url, given.port) == ("sqlite:///spacebot.db", 8080)


@pytest.mark.parametrize(
    ("variable", "value", "field", "expected"),
    [
        # Several are separated by commas, with or without blanks.
        ("SPACEBOT_OWNER", "one, two,", "owners", ("one", "two")),
        ("SPACEBOT_OPERATORS", "U1,S2", "operators", frozenset({"U1", "S2"})),
        ("SPACEBOT_ADMINS", "W9", "admins", frozenset({"W9"})),
        # A channel is an id or a name.
        ("SPACEBOT_ALERT_CHANNEL", "C024BE91L", "alert_channel", "C024BE91L"),
        # Alert words are case-blind, and the bot's own words for them count.
        ("SPACEBOT_ALERT_ON", "Broken,asleep,gone", "alert_on", {"broken", "sleeping", "gone"}),
        ("SPACEBOT_ALERT_ON", ",".join(ALERT_WORDS), "alert_on", set(ALERT_WORDS)),
        # Fractions of a second are allowed.
        ("SPACEBOT_POLL_SECONDS", "0.25", "poll_seconds", 0.25),
        ("SPACEBOT_TIMEZONE", "Europe/Rome", "timezone", "Europe/Rome"),
        ("SPACEBOT_COMMAND", "/ifcore-space", "command", "/ifcore-space"),
        ("SPACEBOT_TEMPLATE", "ifcore-org/template", "template", "ifcore-org/template"),
        ("SPACEBOT_PREFIX", "ifcore-", "prefix", "ifcore-"),
        ("SPACEBOT_PORT", "0", "port", 0),
        # A value may hold "=", and the team's name stands where {team} does.
        ("SPACEBOT_VARIABLES", "A={team}, B=x=y", "variables", {"A": "{team}", "B": "x=y"}),
        # Whatever way an address ends, the client gets what it wants.
        ("SLACK_API_URL", "http://127.0.0.1:9/api", "slack_api_url", "http://127.0.0.1:9/api/"),
        ("HF_ENDPOINT", "http://127.0.0.1:9/", "hf_endpoint", "http://127.0.0.1:9"),
        # PostgreSQL is spoken with the driver that we ship, whatever the address calls it.
        ("DATABASE_URL", "sqlite:////data/bot.db", "database_url", "sqlite:////data/bot.db"),
        ("DATABASE_URL", "postgresql://u:p@h/d", "database_url", "postgresql+psycopg://u:p@h/d"),
        ("DATABASE_URL", "postgres://u@h/d", "database_url", "postgresql+psycopg://u@h/d"),
        # Blanks, and the quotes that `docker --env-file` leaves on, are forgiven.
        ("SPACEBOT_PREFIX", ' "ifcore-" ', "prefix", "ifcore-"),
        # An empty variable says nothing.
        ("SPACEBOT_PORT", "", "port", 8080),
    ],
)
def test_a_value_is_read(variable: str, value: str, field: str, expected: object) -> None:
    assert getattr(settings(**{variable: value}), field) == expected


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        # A token that belongs elsewhere is recognised.
        ("SLACK_BOT_TOKEN", APP, "an app-level token, which belongs in SLACK_APP_TOKEN"),
        ("SLACK_APP_TOKEN", BOT, "a bot token, which belongs in SLACK_BOT_TOKEN"),
        ("SLACK_BOT_TOKEN", "xoxp-1", "a user token"),
        ("SLACK_BOT_TOKEN", "xoxe.xoxb-1-abc", "a rotating token"),
        ("SLACK_SIGNING_SECRET", APP, "belongs in SLACK_APP_TOKEN. Copy the Signing Secret"),
        ("HF_TOKEN", BOT, "belongs in SLACK_BOT_TOKEN"),
        ("HF_TOKEN", "hf_oauth_eyJhbGciOi.x", "may not restart Spaces"),
        # A cut or a made-up token is no token.
        ("SLACK_BOT_TOKEN", "xoxb-", "is not a whole token: xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-…", "only letters, digits and dashes"),
        ("HF_TOKEN", "swordfish", "write access at hf.co/settings/tokens"),
        # Names are bare.
        ("SPACEBOT_OWNER", "fine,ifcore-org/team-a", "has 'ifcore-org/team-a': give the bare name"),
        ("SPACEBOT_PREFIX", "ifcore-org/", "no owner, no slash"),
        ("SPACEBOT_TEMPLATE", "template", "give a repo id such as"),
        ("SPACEBOT_ALERT_CHANNEL", "Space Alerts", "a channel's id (C…) or its name"),
        ("SPACEBOT_OPERATORS", "U1,@maria", "has '@maria': give ids."),
        ("SPACEBOT_ADMINS", "maria", "Copy member ID"),
        # Words are known ones.
        ("SPACEBOT_ALERT_ON", "error,sleping", "Did you mean sleeping?"),
        ("SPACEBOT_TIMEZONE", "europe/roma", "Did you mean Europe/Rome?"),
        ("SPACEBOT_TIMEZONE", "Europe", "use a name such as"),
        ("SPACEBOT_TIMEZONE", "../UTC", "use a name such as"),
        ("SPACEBOT_COMMAND", "space", 'write "/" and one lower-case word'),
        ("SPACEBOT_COMMAND", "/Space", 'write "/" and one lower-case word'),
        # Numbers are in their range.
        ("SPACEBOT_POLL_SECONDS", "0", "is '0': give a number of seconds above zero"),
        ("SPACEBOT_POLL_SECONDS", "nan", "above zero"),
        ("SPACEBOT_POLL_SECONDS", "inf", "above zero"),
        ("SPACEBOT_POLL_SECONDS", "a minute", "is 'a minute': give a number"),
        ("SPACEBOT_PORT", "65536", "from 1 to 65535"),
        ("SPACEBOT_PORT", "tcp://10.0.0.1:8080", "enableServiceLinks: false"),
        # Addresses can be reached, and carry no password.
        ("SLACK_API_URL", "slack.com/api", "write an address such as"),
        ("HF_ENDPOINT", "https://me:pw@hub.test", "without a user or a password"),
        # The database keeps what it is told.
        ("DATABASE_URL", "sqlite://", "use sqlite:///spacebot.db"),
        ("DATABASE_URL", "sqlite:///:memory:", "use sqlite:///spacebot.db"),
        ("DATABASE_URL", "mysql://h/d", "postgresql+psycopg://"),
        ("DATABASE_URL", "spacebot.db", "use sqlite:///spacebot.db"),
        ("DATABASE_URL", "postgresql://u:p@h:port/d", "postgresql+psycopg://"),
        # What new Spaces are given has keys that the Hub takes, and values that can be filled in.
        ("SPACEBOT_VARIABLES", "A", "has 'A': write KEY=value"),
        ("SPACEBOT_VARIABLES", "A=1,A=2", "once for each"),
        ("SPACEBOT_VARIABLES", "1A=1", "has '1A': a key is letters"),
        ("SPACEBOT_VARIABLES", "A={name}", "has '{name}': {team} is all"),
        ("SPACEBOT_SECRET_1X", "s", "has '1X': a key is letters"),
        ("SPACEBOT_SECRET_", "s", "has '': a key is letters"),
        ("SPACEBOT_SECRET_API_KEY", " ", "is empty: give the secret"),
        # A name that is nearly ours is a typo; one that is not is said, too.
        ("SPACEBOT_POLL_SECOND", "5", "Did you mean SPACEBOT_POLL_SECONDS?"),
        ("SPACEBOT_SHINY_THING", "5", "is not a variable of Spacebot. Take it away."),
        # The Hub's client would log secrets.
        ("HF_DEBUG", "1", "HF_DEBUG is on"),
    ],
)
def test_invalid_value_is_one_problem_that_names_its_variable(
    variable: str, value: str, said: str
) -> None:
    line = problem_of(**{variable: value})
    assert line.startswith(f"{variable} ")
    assert said in line


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
    assert "is not set. Copy it from your app at api.slack.com/apps" in problems[0]
    assert "Did you mean SPACEBOT_OWNER?" in problems[-2]


def test_one_slack_transport_is_required_and_enough() -> None:
    neither = REQUIRED | {"SLACK_APP_TOKEN": ""}
    assert "neither is SLACK_APP_TOKEN" in "".join(problems_of(neither))
    assert read(neither | {"SLACK_SIGNING_SECRET": "5" * 32}).slack_app_token is None


def test_invalid_app_token_is_not_also_reported_as_missing() -> None:
    assert problem_of(SLACK_APP_TOKEN="xapp-").startswith("SLACK_APP_TOKEN")


def test_secrets_for_new_spaces_are_collected_unchanged() -> None:
    given = settings(SPACEBOT_SECRET_OPENAI_API_KEY=' "s" ')
    assert given.secrets["OPENAI_API_KEY"].get_secret_value() == ' "s" '


def test_a_variable_and_a_secret_may_not_share_a_name() -> None:
    both = {"SPACEBOT_SECRET_TEAM_NAME": "s"}
    assert "has TEAM_NAME, and so has SPACEBOT_SECRET_TEAM_NAME" in problem_of(**both)


def test_kubernetes_service_variables_are_ignored() -> None:
    links = {"SPACEBOT_SERVICE_HOST": "10.0.0.1", "SPACEBOT_PORT_8080_TCP": "tcp://10.0.0.1:8080"}
    assert settings(**links).port == 8080


def test_hf_debug_switched_off_is_accepted() -> None:
    assert settings(HF_DEBUG="0")


def test_postgresql_without_its_driver_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "install spacebot[postgres]" in problem_of(DATABASE_URL="postgresql://h/d")


def test_process_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HF_TOKEN": "hf_fromTheProcess", "SPACEBOT_PORT": "1"}.items():
        monkeypatch.setenv(name, value)
    given = settings()
    assert given.hf_token.get_secret_value() == HUB
    assert given.port == 8080


def test_settings_can_be_built_by_field_name_and_never_changed() -> None:
    given = Settings(
        slack_bot_token=SecretStr(BOT),
        slack_app_token=SecretStr(APP),
        hf_token=SecretStr(HUB),
        owners=("o",),
        alert_channel="C1",
        poll_seconds=0.1,
    )
    assert given.poll_seconds == 0.1
    with pytest.raises(ValueError, match="frozen"):
        given.port = 1
    with pytest.raises(TypeError):
        given.secrets["A"] = SecretStr("1")  # type: ignore[index]  # the point of the test


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
    for told in (str(caught.value), "".join(traceback.format_exception(caught.value))):
        assert secret not in told
        assert "pa55" not in told


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
    assert "looks like another service's GitHub token. Make a personal access token" in problem


def test_a_dotenv_file_adds_but_never_overrides(tmp_path: Path) -> None:
    lines = ["HF_TOKEN=hf_fromTheFile", "SPACEBOT_PORT=1", "SPACEBOT_SECRET_A='a${HOME}#b'"]
    (tmp_path / ".env").write_text("\n".join(lines))
    merged = with_dotenv(REQUIRED, tmp_path)
    assert merged["HF_TOKEN"] == HUB
    assert merged["SPACEBOT_PORT"] == "1"
    assert merged["SPACEBOT_SECRET_A"] == "a${HOME}#b"


def test_no_dotenv_file_is_fine(tmp_path: Path) -> None:
    assert with_dotenv(REQUIRED, tmp_path) == REQUIRED


def test_binary_dotenv_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"HF_TOKEN=\xff\xfe")
    with pytest.raises(SettingsError, match="could not be read"):
        with_dotenv(REQUIRED, tmp_path)


@pytest.mark.parametrize(
    ("environ", "command"),
    [
        pytest.param({}, "/space", id="nothing said"),
        pytest.param({"SPACEBOT_COMMAND": "/hf"}, "/hf", id="said"),
        pytest.param({"SPACEBOT_COMMAND": " '/hf' "}, "/hf", id="quoted"),
        pytest.param({"SPACEBOT_COMMAND": ""}, "/space", id="empty"),
        # Nothing else has to be there yet.
        pytest.param({"SLACK_BOT_TOKEN": "?", "SPACEBOT_TYPO": "1"}, "/space", id="no matter what"),
    ],
)
def test_command_can_be_read_without_any_token(environ: dict[str, str], command: str) -> None:
    assert read_command(environ) == command


@pytest.mark.parametrize("command", ["Bad Name", "/Space", "space", "/" + "x" * 32])
def test_invalid_command_is_the_same_problem_in_both_readers(command: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_command({"SPACEBOT_COMMAND": command})

    assert caught.value.problems == (problem_of(SPACEBOT_COMMAND=command),)
