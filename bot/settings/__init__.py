"""
The settings, read once from environment variables at the start.

The environment is an argument: nothing here reads that of the process.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails

from bot.redaction import has_secret
from bot.settings import types
from bot.settings.errors import SettingsError, did_you_mean
from bot.settings.files import read_secret_files, with_dotenv
from bot.settings.types import ALERT_WORDS

__all__ = [
    "ALERT_WORDS",
    "Settings",
    "SettingsError",
    "read",
    "read_command",
    "read_database_url",
    "with_dotenv",
]

_SECRET_PREFIX = "SPACEBOT_SECRET_"  # noqa: S105 - the start of a variable's name, not a secret
# Kubernetes sets these for a Service named spacebot; they aren't settings.
_SERVICE_LINK = re.compile(r"SPACEBOT_(SERVICE_|PORT_\d)")
_TRUE_VALUES = {"1", "ON", "YES", "TRUE"}  # what huggingface_hub takes for "on"
_NO_TRANSPORT = (
    "isn't set, and neither is SLACK_APP_TOKEN: one of them is needed. For Socket Mode, set "
    "SLACK_APP_TOKEN (Basic Information, App-Level Tokens, scope connections:write). For "
    "HTTP mode, set SLACK_SIGNING_SECRET (Basic Information, App Credentials)."
)


class Settings(BaseModel):
    """The values of all settings.

    The description of a required field says where to find its value, and is part of the error.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",  # an unknown SPACEBOT_… is a typo
        validate_default=True,  # `slack_signing_secret` is needed without an app token
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: types.BotToken = Field(
        validation_alias="SLACK_BOT_TOKEN",
        description="Copy it from your app at api.slack.com/apps, OAuth & Permissions: xoxb-…",
    )
    slack_app_token: types.AppToken | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(
        default=None, validation_alias="SLACK_SIGNING_SECRET"
    )
    slack_api_url: types.BaseUrl = Field(
        default="https://slack.com/api/", validation_alias="SLACK_API_URL"
    )
    hf_token: types.HubToken = Field(
        validation_alias="HF_TOKEN",
        description="Create one with write access at hf.co/settings/tokens: hf_…",
    )
    hf_endpoint: types.Url = Field(default="https://huggingface.co", validation_alias="HF_ENDPOINT")
    owners: Annotated[tuple[types.Owner, ...], types.WordList] = Field(
        validation_alias="SPACEBOT_OWNER",
        description="Name the organization or user that owns the Spaces, such as ifcore-org.",
    )
    prefix: types.Prefix = Field(default="", validation_alias="SPACEBOT_PREFIX")
    template: types.RepoId | None = Field(default=None, validation_alias="SPACEBOT_TEMPLATE")
    secrets: Annotated[Mapping[types.Key, types.Secret], types.Frozen] = Field(
        default={}, validation_alias=_SECRET_PREFIX
    )
    variables: Annotated[Mapping[types.Key, types.TemplateValue], types.Pairs, types.Frozen] = (
        Field(
            default={"TEAM_NAME": "{team}"},
            validation_alias="SPACEBOT_VARIABLES",
        )
    )
    alert_channel: types.Channel = Field(
        validation_alias="SPACEBOT_ALERT_CHANNEL",
        description="Name the channel for alerts, or give its id, such as space-alerts.",
    )
    alert_on: Annotated[frozenset[types.AlertWord], types.WordList] = Field(
        default=frozenset({"error", "sleeping"}), validation_alias="SPACEBOT_ALERT_ON"
    )
    operators: Annotated[frozenset[types.Person], types.WordList] = Field(
        default=frozenset(), validation_alias="SPACEBOT_OPERATORS"
    )
    admins: Annotated[frozenset[types.Person], types.WordList] = Field(
        default=frozenset(), validation_alias="SPACEBOT_ADMINS"
    )
    poll_seconds: types.Seconds = Field(default=60.0, validation_alias="SPACEBOT_POLL_SECONDS")
    timezone: types.Timezone = Field(default="UTC", validation_alias="SPACEBOT_TIMEZONE")
    command: types.Command = Field(default="/space", validation_alias="SPACEBOT_COMMAND")
    database_url: types.DatabaseUrl = Field(
        default="sqlite:///spacebot.db",
        validation_alias="DATABASE_URL",
        repr=False,  # may hold a password
    )
    heartbeat_url: types.Url | None = Field(
        default=None,
        validation_alias="SPACEBOT_HEARTBEAT_URL",
        repr=False,  # whoever knows it can silence the alarm
    )
    port: types.Port = Field(default=8080, validation_alias="SPACEBOT_PORT")

    @field_validator("slack_signing_secret")
    @classmethod
    def _require_transport(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if secret and (other := types.describe_token(secret.get_secret_value())):
            raise ValueError(f"{other}. Copy the Signing Secret from Basic Information.")
        # A rejected app token isn't in the data; it has a problem of its own.
        if not secret and info.data.get("slack_app_token", "refused") is None:
            raise ValueError(_NO_TRANSPORT)
        return secret

    @field_validator("variables")
    @classmethod
    def _reject_duplicates(
        cls, pairs: Mapping[str, str], info: ValidationInfo
    ) -> Mapping[str, str]:
        if both := sorted(pairs.keys() & info.data.get("secrets", {}).keys()):
            raise ValueError(
                f"has {both[0]}, and so has {_SECRET_PREFIX}{both[0]}: a Space can't start "
                "when a variable and a secret have the same name. Remove one of them."
            )
        return pairs


_VARIABLE_BY_FIELD = {
    name: str(field.validation_alias) for name, field in Settings.model_fields.items()
}
_FIELD_BY_VARIABLE = {
    _VARIABLE_BY_FIELD[name]: field for name, field in Settings.model_fields.items()
}
_SECRET_VARIABLES = frozenset(
    {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "HF_TOKEN", "DATABASE_URL"}
)


def read(environ: Mapping[str, str]) -> Settings:
    """
    Return the settings in *environ*.

    Raises:
        SettingsError: Some variables are missing or invalid; it has all problems.

    """
    environ, file_problems = read_secret_files(environ, _is_secret)
    try:
        settings, errors = Settings.model_validate(_own_variables(environ)), []
    except ValidationError as e:
        settings, errors = None, [(_variable(error), error) for error in e.errors()]
    # A secret whose file can't be read has one problem, not a second one about its value.
    problems = [_problem(name, error) for name, error in errors if name not in file_problems]
    problems += file_problems.values()
    problems += _exposed_secrets(environ, {name for name, _ in errors})
    problems += _debug_problems(environ)
    if settings is None or problems:
        raise SettingsError(problems)
    return settings


def read_command(environ: Mapping[str, str]) -> str:
    """
    Return the slash command's name, because the manifest is made before other settings exist.

    Raises:
        SettingsError: The name is invalid.

    """
    return str(_read_one("command", types.Command, environ))


def read_database_url(environ: Mapping[str, str]) -> str:
    """
    Return the database's address, because a backup needs no other setting.

    Raises:
        SettingsError: The address is invalid.

    """
    environ, problems = read_secret_files(environ, "DATABASE_URL".__eq__)
    if problems:
        raise SettingsError(problems.values())
    return str(_read_one("database_url", types.DatabaseUrl, environ))


def _read_one(name: str, kind: Any, environ: Mapping[str, str]) -> Any:
    """Return the value of the field *name*, of type *kind*, or its default."""
    value = _strip_quotes(environ.get(_VARIABLE_BY_FIELD[name], ""))
    try:
        return TypeAdapter(kind).validate_python(value or Settings.model_fields[name].default)
    except ValidationError as e:
        problems = [_problem(_VARIABLE_BY_FIELD[name], error) for error in e.errors()]
        raise SettingsError(problems) from None


def _is_secret(name: str) -> bool:
    return name in _SECRET_VARIABLES or name.startswith(_SECRET_PREFIX)


def _own_variables(environ: Mapping[str, str]) -> dict[str, object]:
    """Return Spacebot's own variables; an empty one counts as unset, as in compose files."""
    own: dict[str, object] = {
        name: text
        for name, value in environ.items()
        if (name in _FIELD_BY_VARIABLE or name.startswith("SPACEBOT_"))
        if not name.startswith(_SECRET_PREFIX) and not _SERVICE_LINK.match(name)
        if (text := _strip_quotes(value))
    }
    secrets = {
        name.removeprefix(_SECRET_PREFIX): value
        for name, value in environ.items()
        if name.startswith(_SECRET_PREFIX)
    }
    return own | {_SECRET_PREFIX: secrets}


def _strip_quotes(value: str) -> str:
    """Return *value* without blanks and the quotes that `docker --env-file` keeps."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1].strip()
    return value


def _variable(error: ErrorDetails) -> str:
    """Return the name of the variable that an error of pydantic is about."""
    name, *inner = map(str, error["loc"])
    name = _VARIABLE_BY_FIELD.get(name, name)  # for a default pydantic reports the field's name
    return name + inner[0] if name == _SECRET_PREFIX and inner else name


def _problem(name: str, error: ErrorDetails) -> str:
    """Return the message for an error of pydantic about the variable *name*."""
    if error["type"] == "missing":
        return f"{name} isn't set. {_FIELD_BY_VARIABLE[name].description}"
    if error["type"] == "extra_forbidden":
        hint = did_you_mean(name, _FIELD_BY_VARIABLE) or " Remove it."
        return f"{name} isn't a Spacebot variable.{hint}"
    return f"{name} {error.get('ctx', {}).get('error', error['msg'])}"


def _exposed_secrets(environ: Mapping[str, str], reported: Collection[str]) -> list[str]:
    """Return a problem for each secret in a variable that messages and logs show."""
    return [
        (
            f"{name} contains a token or password, but its value is visible in messages. Remove "
            "it and rotate it."
        )
        for name in sorted(_FIELD_BY_VARIABLE.keys() - _SECRET_VARIABLES - set(reported))
        if has_secret(environ.get(name, ""))
    ]


def _debug_problems(environ: Mapping[str, str]) -> Iterable[str]:
    if environ.get("HF_DEBUG", "").upper() in _TRUE_VALUES:
        yield "HF_DEBUG is on, which writes the Spaces' secrets to the log. Remove it."
