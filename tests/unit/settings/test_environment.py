"""The environment is read once, strictly, with all problems at once and no secret shown."""

import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings, SettingsError, read, read_command, with_dotenv
from tests.unit.settings.samples import APP, BOT, HUB, REQUIRED, problem_of, problems_of, settings


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
    assert given.alert_on == {"error", "asleep"}
    assert given.operators == given.admins == frozenset()
    assert (given.poll_seconds, given.timezone, given.command) == (None, "UTC", "/space")
    assert (given.database_url, given.port) == ("sqlite:///spacebot.db", 8080)


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
    with pytest.raises(SettingsError, match="can't be read"):
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
