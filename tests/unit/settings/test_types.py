"""Types of settings: one row for each valid and invalid value."""

import pytest

from bot.settings import ALERT_WORDS
from tests.unit.settings.samples import APP, BOT, problem_of, settings


@pytest.mark.parametrize(
    ("variable", "value", "field", "expected"),
    [
        # Several are separated by commas, with or without blanks.
        ("SPACEBOT_OWNER", "one, two,", "owners", ("one", "two")),
        ("SPACEBOT_OPERATORS", "U1,S2", "operators", frozenset({"U1", "S2"})),
        ("SPACEBOT_ADMINS", "W9", "admins", frozenset({"W9"})),
        # A channel is an id or a name.
        ("SPACEBOT_ALERT_CHANNEL", "C024BE91L", "alert_channel", "C024BE91L"),
        # Alert words are case-blind, and other words for them count.
        ("SPACEBOT_ALERT_ON", "Broken,sleeping,gone", "alert_on", {"failed", "asleep", "missing"}),
        ("SPACEBOT_ALERT_ON", ",".join(ALERT_WORDS), "alert_on", set(ALERT_WORDS)),
        # Fractions of a second are allowed.
        ("SPACEBOT_POLL_SECONDS", "0.25", "poll_seconds", 0.25),
        # Without a number, the bot chooses the interval.
        ("SPACEBOT_POLL_SECONDS", "Auto", "poll_seconds", None),
        ("SPACEBOT_TIMEZONE", "Europe/Rome", "timezone", "Europe/Rome"),
        ("SPACEBOT_HEALTH_PATH", "/health?full=1", "health_path", "/health?full=1"),
        ("SPACEBOT_COMMAND", "/ifcore-space", "command", "/ifcore-space"),
        ("SPACEBOT_TEMPLATE", "ifcore-org/template", "template", "ifcore-org/template"),
        ("SPACEBOT_PREFIX", "ifcore-", "prefix", "ifcore-"),
        ("SPACEBOT_PORT", "0", "port", 0),
        # A value may hold "=", and {team} becomes the team's name.
        ("SPACEBOT_VARIABLES", "A={team}, B=x=y", "variables", {"A": "{team}", "B": "x=y"}),
        # An address with or without a trailing slash is accepted.
        ("SLACK_API_URL", "http://127.0.0.1:9/api", "slack_api_url", "http://127.0.0.1:9/api/"),
        ("HF_ENDPOINT", "http://127.0.0.1:9/", "hf_endpoint", "http://127.0.0.1:9"),
        # PostgreSQL uses our driver, whatever the address names.
        ("DATABASE_URL", "sqlite:////data/bot.db", "database_url", "sqlite:////data/bot.db"),
        ("DATABASE_URL", "postgresql://u:p@h/d", "database_url", "postgresql+psycopg://u:p@h/d"),
        ("DATABASE_URL", "postgres://u@h/d", "database_url", "postgresql+psycopg://u@h/d"),
        # Blanks, and the quotes that `docker --env-file` leaves on, are forgiven.
        ("SPACEBOT_PREFIX", ' "ifcore-" ', "prefix", "ifcore-"),
        # An empty variable counts as not set.
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
        ("HF_TOKEN", "hf_oauth_eyJhbGciOi.x", "can't restart Spaces"),
        # A cut or a made-up token is no token.
        ("SLACK_BOT_TOKEN", "xoxb-", "isn't a complete token: xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-…", "followed by letters, digits and dashes"),
        ("HF_TOKEN", "swordfish", "write access at hf.co/settings/tokens"),
        # Names are bare.
        (
            "SPACEBOT_OWNER",
            "fine,ifcore-org/team-a",
            "has 'ifcore-org/team-a': use the name of an organization",
        ),
        ("SPACEBOT_PREFIX", "ifcore-org/", "no owner, no slash"),
        ("SPACEBOT_TEMPLATE", "template", "use a repo id such as"),
        ("SPACEBOT_ALERT_CHANNEL", "Space Alerts", "a channel's id (C…) or name"),
        ("SPACEBOT_OPERATORS", "U1,@maria", "has '@maria': use ids."),
        ("SPACEBOT_ADMINS", "maria", "Copy member ID"),
        # Words are known ones.
        ("SPACEBOT_ALERT_ON", "error,aslep", "Did you mean asleep?"),
        ("SPACEBOT_ALERT_ON", "error,sleping", "Did you mean sleeping?"),
        ("SPACEBOT_TIMEZONE", "europe/roma", "Did you mean Europe/Rome?"),
        ("SPACEBOT_TIMEZONE", "Europe", "use a name such as"),
        ("SPACEBOT_HEALTH_PATH", "/../etc", "A path can't contain"),
        ("SPACEBOT_HEALTH_PATH", "https://evil.example/", "A path starts with"),
        ("SPACEBOT_TIMEZONE", "../UTC", "use a name such as"),
        ("SPACEBOT_COMMAND", "space", 'use "/" and one lowercase word'),
        ("SPACEBOT_COMMAND", "/Space", 'use "/" and one lowercase word'),
        # Numbers are in their range.
        ("SPACEBOT_POLL_SECONDS", "0", "is '0': use auto, or a number of seconds above zero"),
        ("SPACEBOT_POLL_SECONDS", "nan", "above zero"),
        ("SPACEBOT_POLL_SECONDS", "inf", "above zero"),
        ("SPACEBOT_POLL_SECONDS", "a minute", "is 'a minute': use auto, or a number"),
        ("SPACEBOT_PORT", "65536", "from 1 to 65535"),
        ("SPACEBOT_PORT", "tcp://10.0.0.1:8080", "enableServiceLinks is false"),
        # Addresses can be reached, and carry no password.
        ("SLACK_API_URL", "slack.com/api", "use an address such as"),
        ("HF_ENDPOINT", "https://me:pw@hub.test", "without a user or password"),
        # A database that keeps its data.
        ("DATABASE_URL", "sqlite://", "use sqlite:///spacebot.db"),
        ("DATABASE_URL", "sqlite:///:memory:", "use sqlite:///spacebot.db"),
        ("DATABASE_URL", "mysql://h/d", "postgresql+psycopg://"),
        ("DATABASE_URL", "spacebot.db", "use sqlite:///spacebot.db"),
        ("DATABASE_URL", "postgresql://u:p@h:port/d", "postgresql+psycopg://"),
        # What new Spaces are given has keys that the Hub takes, and values that can be filled in.
        ("SPACEBOT_VARIABLES", "A", "has 'A': write KEY=value"),
        ("SPACEBOT_VARIABLES", "A=1,A=2", "KEY=value pairs"),
        ("SPACEBOT_VARIABLES", "1A=1", "has '1A': a key has letters"),
        ("SPACEBOT_VARIABLES", "A={name}", "has '{name}': use {team}, the only"),
        ("SPACEBOT_SECRET_1X", "s", "has '1X': a key has letters"),
        ("SPACEBOT_SECRET_", "s", "has '': a key has letters"),
        ("SPACEBOT_SECRET_API_KEY", " ", "is empty: set the secret"),
        # A similar name is a typo; any other unknown name is reported too.
        ("SPACEBOT_POLL_SECOND", "5", "Did you mean SPACEBOT_POLL_SECONDS?"),
        ("SPACEBOT_SHINY_THING", "5", "isn't a Spacebot variable. Remove it."),
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
