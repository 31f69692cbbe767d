"""
The types of the settings, as annotations for the fields of `Settings`.

Each validator returns the value as the bot uses it, or raises ValueError with the rest of a
sentence that begins with the variable's name.
"""

import re
from collections.abc import Mapping
from importlib.util import find_spec
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints

from bot.alerts.problems import KIND_SYNONYMS, kind_word
from bot.health.check import path_problem
from bot.redaction import token_kind
from bot.settings.errors import did_you_mean, redacted_repr, with_advice

#: The values of SPACEBOT_ALERT_ON, and when each leads to a card.
ALERT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "error": "any of failed, unresponsive, stuck, unknown and missing",
        "failed": "the build, the configuration or the app failed",
        "asleep": "it fell asleep or was stopped",
        "paused": "someone paused it",
        "unresponsive": "it runs, but its app doesn't answer",
        "stuck": "it hasn't come up, or served its newest commit, for over 25 minutes",
        "unknown": "Hugging Face reports a stage that this bot doesn't know",
        "missing": "it was deleted, renamed or hidden from us",
    }
)

# The description of a token by its kind, and the variable in which it belongs.
_TOKEN_HINTS = {
    "Slack bot token": ("a bot token", "SLACK_BOT_TOKEN"),
    "Slack app-level token": ("an app-level token", "SLACK_APP_TOKEN"),
    "Slack user token": ("a user token, which Spacebot doesn't use", None),
    "rotating Slack token": (
        "a rotating token: turn token rotation off in the app's settings",
        None,
    ),
    "Hugging Face OAuth token": (
        "a token from `hf auth login`, which can't restart Spaces",
        None,
    ),
    "Hugging Face token": ("a Hugging Face token", "HF_TOKEN"),
}


def describe_token(value: str) -> str:
    """Return the kind of token that *value* looks like, empty if it doesn't."""
    kind = token_kind(value)
    if kind is None:
        return ""
    description, variable = _TOKEN_HINTS.get(kind, (f"another service's {kind}", None))
    return f"looks like {description}" + (f", which belongs in {variable}" if variable else "")


def _token_validator(prefix: str, advice: str) -> AfterValidator:
    pattern = re.compile(re.escape(prefix) + r"(?!oauth_)[A-Za-z0-9_-]+")

    def check(secret: SecretStr) -> SecretStr:
        token = secret.get_secret_value()
        if pattern.fullmatch(token):
            return secret
        problem = describe_token(token)
        if not problem or problem == describe_token(prefix):
            problem = f"isn't a complete token: {prefix} followed by letters, digits and dashes"
        raise ValueError(f"{problem}. {advice}")

    return AfterValidator(check)


def _check_url(text: str) -> str:
    url = urlsplit(text)
    if url.scheme not in ("http", "https") or not url.hostname or url.username:
        raise ValueError("isn't an address.")
    return text.rstrip("/")


def _check_alert_word(word: str) -> str:
    if known := kind_word(word):
        return known
    hint = did_you_mean(word, [*ALERT_WORDS, *KIND_SYNONYMS])
    raise ValueError(f"has {redacted_repr(word)}: use some of {', '.join(ALERT_WORDS)}.{hint}")


def _check_health_path(path: str) -> str:
    if problem := path_problem(path):
        raise ValueError(f"is {redacted_repr(path)}: use a path such as /health. {problem}")
    return path


def _check_timezone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError, ValueError):  # unknown, a folder of zones, or a path
        hint = did_you_mean(name, available_timezones())
    raise ValueError(f"is {redacted_repr(name)}: use a name such as Europe/Rome or UTC.{hint}")


def _check_database_url(text: str) -> str:
    from sqlalchemy import make_url  # noqa: PLC0415 - `manifest` takes half the time without it
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415 - likewise

    # The address may contain a password, so errors never show it.
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = make_url("unreadable://")
    if url.drivername == "sqlite" and url.database not in (None, "", ":memory:"):
        return text
    if url.drivername not in ("postgresql+psycopg", "postgresql", "postgres"):
        raise ValueError(
            "isn't a supported database: use sqlite:///spacebot.db or "
            "postgresql+psycopg://user:password@host/name."
        )
    if find_spec("psycopg") is None:
        raise ValueError("needs the PostgreSQL driver: install spacebot[postgres].")
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _split_words(value: Any) -> Any:
    return re.split(r"[,\s]+", value.strip(", \t\n")) if isinstance(value, str) else value


def _split_pairs(value: Any) -> Any:
    """Return the pairs in `A=1,B={team}`; a value may contain "=" but no comma."""
    if not isinstance(value, str):
        return value
    pairs: dict[str, str] = {}
    for pair in filter(None, map(str.strip, value.split(","))):
        key, equals, text = pair.partition("=")
        if not equals or key.strip() in pairs:
            raise ValueError(
                f"has {redacted_repr(pair)}: write KEY=value pairs, separated by commas."
            )
        pairs[key.strip()] = text.strip()
    return pairs


def _check_placeholders(value: str) -> str:
    for name in re.findall(r"\{(\w+)\}", value):
        if name != "team":
            raise ValueError(
                f"has {redacted_repr(f'{{{name}}}')}: use {{team}}, the only placeholder."
            )
    return value


def _check_not_blank(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().strip():
        raise ValueError("is empty: set the secret or remove the variable.")
    return secret


BotToken = Annotated[
    SecretStr,
    _token_validator("xoxb-", "Copy the Bot User OAuth Token: it starts with xoxb-."),
]
AppToken = Annotated[
    SecretStr,
    _token_validator(
        "xapp-", "Copy it from Basic Information, App-Level Tokens: it starts with xapp-."
    ),
]
HubToken = Annotated[
    SecretStr,
    _token_validator("hf_", "Create a token with write access at hf.co/settings/tokens."),
]
Url = Annotated[
    str,
    AfterValidator(_check_url),
    with_advice("use an address such as https://example.org, without a user or password."),
]
BaseUrl = Annotated[Url, AfterValidator(lambda address: address + "/")]
WordList = BeforeValidator(_split_words)
Owner = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$"),
    with_advice("use the name of an organization or user, such as ifcore-org.", "has"),
]
Prefix = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._-]*$"),
    with_advice("use the start of your repo names, such as ifcore- (no owner, no slash)."),
]
RepoId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*$"),
    with_advice("use a repo id such as ifcore-org/template."),
]
Key = Annotated[
    str,
    StringConstraints(pattern=r"^[a-zA-Z][_a-zA-Z0-9]*$"),
    with_advice("a key has letters, digits and underscores, and starts with a letter.", "has"),
]
Secret = Annotated[SecretStr, AfterValidator(_check_not_blank)]
Pairs = BeforeValidator(_split_pairs)
TemplateValue = Annotated[str, AfterValidator(_check_placeholders)]
Frozen = AfterValidator(MappingProxyType)
Channel = Annotated[
    str,
    BeforeValidator(lambda name: str(name).removeprefix("#")),
    StringConstraints(pattern=r"^([CGD][A-Z0-9]+|[^A-Z\s#@,<>]{1,80})$"),
    with_advice("use a channel's id (C…) or name, such as space-alerts."),
]
AlertWord = Annotated[str, AfterValidator(_check_alert_word)]
Person = Annotated[
    str,
    StringConstraints(pattern=r"^[UWS][A-Z0-9]+$"),
    with_advice(
        "use ids. A person's (U… or W…) is in the profile's menu, Copy member ID. A user "
        "group's (S…) is at the end of its address in a browser.",
        "has",
    ),
]
PollSeconds = Annotated[
    Annotated[float, Field(gt=0, allow_inf_nan=False)] | None,
    BeforeValidator(lambda value: None if str(value).lower() == "auto" else value),
    with_advice("use auto, or a number of seconds above zero, such as 60 or 0.5."),
]
Timezone = Annotated[str, AfterValidator(_check_timezone)]
HealthPath = Annotated[str, AfterValidator(_check_health_path)]
Command = Annotated[
    str,
    StringConstraints(pattern=r"^/[a-z0-9_-]{1,31}$"),
    with_advice('use "/" and one lowercase word of at most 31 letters, such as /space.'),
]
DatabaseUrl = Annotated[str, AfterValidator(_check_database_url)]
Port = Annotated[
    int,
    Field(ge=0, le=65535),
    with_advice(
        "use a number from 1 to 65535, or 0 for any free one. (Kubernetes sets this variable "
        "for a Service called spacebot, unless enableServiceLinks is false.)"
    ),
]
