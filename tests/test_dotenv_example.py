"""`.env.example` names every variable, explains each, and is accepted once it is filled in."""

from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.settings import ALERT_WORDS, Settings, SettingsError, read

EXAMPLE = Path(__file__).parent.parent / ".env.example"
LINES = EXAMPLE.read_text().splitlines()
GIVEN = {name: value or "" for name, value in dotenv_values(EXAMPLE, interpolate=False).items()}
REQUIRED = {
    "SLACK_BOT_TOKEN": "xoxb-1-2",
    "SLACK_APP_TOKEN": "xapp-1-2",
    "HF_TOKEN": "hf_x",
    "SPACEBOT_OWNER": "ifcore-org",
    "SPACEBOT_ALERT_CHANNEL": "space-alerts",
}


def test_every_variable_is_named_once_with_a_line_about_it() -> None:
    variables = [str(field.validation_alias) for field in Settings.model_fields.values()]
    for variable in variables:
        (at,) = (i for i, line in enumerate(LINES) if line.removeprefix("# ").startswith(variable))
        assert LINES[at - 1].startswith("# ")
        assert "=" in LINES[at]
    assert GIVEN.keys() == {name for name in variables if name != "SPACEBOT_SECRET_"}


def test_the_first_ones_are_all_that_must_be_filled_in() -> None:
    assert list(GIVEN)[: len(REQUIRED)] == list(REQUIRED)
    assert read(GIVEN | REQUIRED) == read(REQUIRED)
    with pytest.raises(SettingsError) as caught:
        read(GIVEN)
    assert len(caught.value.problems) == len(REQUIRED)


def test_every_alert_word_is_offered() -> None:
    about = LINES[LINES.index("SPACEBOT_ALERT_ON=error,asleep") - 1]
    assert all(word in about for word in ALERT_WORDS)
