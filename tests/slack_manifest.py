"""Slack's schema of an app manifest, as far as our manifest reaches: fields, limits, patterns.

From https://github.com/slackapi/manifest-schema, versions 1.0.0 and 2.0.0, which agree in all of
it. Their groups take no other field, so a field that is not here counts as unknown. A default
only marks a field that may be missing.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_Command = Annotated[str, Field(pattern=r"^/", min_length=2, max_length=32)]
_CommandUrl = Annotated[str, Field(pattern=r"^https?://", max_length=3000)]
_RequestUrl = Annotated[str, Field(pattern=r"^https?://", max_length=3500)]
_Name = Annotated[str, Field(max_length=50)]


def complaints(manifest: Mapping[str, Any]) -> list[str]:
    """Return the violations of the schema in *manifest*, each with its path."""
    try:
        _Manifest.model_validate(manifest)
    except ValidationError as error:
        return [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    return []


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Metadata(_Group):
    major_version: int = 1
    minor_version: int = 1


class _Display(_Group):
    name: str = Field(min_length=1, max_length=35)
    description: str = Field(default="x", min_length=1, max_length=140)
    background_color: str = Field(default="#000", pattern=r"^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$")


class _Home(_Group):
    home_tab_enabled: bool = False
    messages_tab_enabled: bool = False
    messages_tab_read_only_enabled: bool = False


class _BotUser(_Group):
    display_name: str = Field(min_length=1, max_length=80)
    always_online: bool = False


class _Shortcut(_Group):
    name: str = Field(min_length=1, max_length=24)
    type: Literal["message", "global"]
    callback_id: str = Field(min_length=1, max_length=255)
    description: str = Field(min_length=1, max_length=150)


class _SlashCommand(_Group):
    command: _Command
    url: _CommandUrl = "https://x"
    description: str = Field(min_length=1, max_length=2000)
    usage_hint: str = Field(default="x", min_length=1, max_length=1000)
    should_escape: bool = False


class _Features(_Group):
    app_home: _Home = _Home()
    bot_user: _BotUser = _BotUser(display_name="x")
    shortcuts: list[_Shortcut] = Field(default=[], min_length=1, max_length=10)
    slash_commands: list[_SlashCommand] = Field(default=[], min_length=1, max_length=50)


class _Scopes(_Group):
    bot: list[_Name] = Field(default=[], max_length=255)


class _OAuth(_Group):
    scopes: _Scopes = _Scopes()


class _Events(_Group):
    request_url: _RequestUrl = "https://x"
    bot_events: list[_Name] = Field(default=[], max_length=100)


class _Interactivity(_Group):
    is_enabled: bool
    request_url: _RequestUrl = "https://x"


class _Settings(_Group):
    event_subscriptions: _Events = _Events()
    interactivity: _Interactivity = _Interactivity(is_enabled=False)
    org_deploy_enabled: bool = False
    socket_mode_enabled: bool = False
    token_rotation_enabled: bool = False


class _Manifest(_Group):
    metadata: _Metadata = Field(default=_Metadata(), alias="_metadata")
    display_information: _Display
    features: _Features = _Features()
    oauth_config: _OAuth = _OAuth()
    settings: _Settings = _Settings()
