"""The fields of the settings, each with its variable, type and default."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from bot.settings import types

SECRET_PREFIX = "SPACEBOT_SECRET_"  # noqa: S105 - the start of a variable's name, not a secret
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
        default={}, validation_alias=SECRET_PREFIX
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
        default=frozenset({"error", "asleep"}), validation_alias="SPACEBOT_ALERT_ON"
    )
    operators: Annotated[frozenset[types.Person], types.WordList] = Field(
        default=frozenset(), validation_alias="SPACEBOT_OPERATORS"
    )
    admins: Annotated[frozenset[types.Person], types.WordList] = Field(
        default=frozenset(), validation_alias="SPACEBOT_ADMINS"
    )
    poll_seconds: types.PollSeconds = Field(
        default=None,  # auto: as often as the Hub's rate limit allows
        validation_alias="SPACEBOT_POLL_SECONDS",
    )
    timezone: types.Timezone = Field(default="UTC", validation_alias="SPACEBOT_TIMEZONE")
    command: types.Command = Field(default="/space", validation_alias="SPACEBOT_COMMAND")
    database_url: types.DatabaseUrl = Field(
        default="sqlite:///spacebot.db",
        validation_alias="DATABASE_URL",
        repr=False,  # may hold a password
    )
    health_path: types.HealthPath = Field(default="/", validation_alias="SPACEBOT_HEALTH_PATH")
    heartbeat_url: types.Url | None = Field(
        default=None,
        validation_alias="SPACEBOT_HEARTBEAT_URL",
        repr=False,  # knowing it is enough to silence the alarm
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
                f"has {both[0]}, and so has {SECRET_PREFIX}{both[0]}: a Space can't start "
                "when a variable and a secret have the same name. Remove one of them."
            )
        return pairs


VARIABLE_BY_FIELD = {
    name: str(field.validation_alias) for name, field in Settings.model_fields.items()
}
FIELD_BY_VARIABLE = {
    VARIABLE_BY_FIELD[name]: field for name, field in Settings.model_fields.items()
}
SECRET_VARIABLES = frozenset(
    {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "HF_TOKEN", "DATABASE_URL"}
)
