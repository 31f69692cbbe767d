"""A typed secret value: stored nowhere, and answered with advice."""

import logging
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.model import Ask, Source
from bot.service import Bot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import LEAD, database_dump, send_command

#: Chosen by people, generated, and made of words of the grammar.
VALUES = ("hunter2pw9", "swordfish", "AKIAIOSFODNN7EXAMPLE", "Sword-Fish/8+x=", "p*sswd..9")
PEOPLE = (LEAD, "UTA", "USTUDENT")
SOURCES: tuple[dict[str, Any], ...] = (
    {"source": Source.COMMAND, "trigger_id": "13.7.t"},
    {"source": Source.COMMAND, "response_url": "https://hooks.test/1"},
    {"source": Source.MENTION},
    {"source": Source.DIRECT},
    {"source": Source.BUTTON},
)

TYPED_SECRETS = [
    # after the key, as in other tools
    "secret set team-a KEY {}",
    "secret set team-a KEY={}",
    "secret set team-a KEY = {}",
    "secret set team-a KEY:{}",
    "secret set team-a KEY: {}",
    "secret set team-a KEY:\n{}",
    "secret set team-a KEY\n{}",
    "secret set team-a KEY->{}",
    "secret set team-a KEY -> {}",
    "secret set team-a KEY “{}”",
    'secret set team-a KEY="{} {}"',
    "secret set team-a `KEY` `{}`",
    "secret set team-a `KEY={}`",
    "secret set team-a ```\nKEY={}\n```",
    "secret set team-a, KEY, {}",
    "SECRET SET team-a KEY {}",
    "secret  set\u00a0team-a KEY {}",
    "se\u200bcret set team-a KEY {}",
    "secret set all KEY {}",
    "secret set nobody KEY {}",
    "secret set team-a KEY {} at 13:50",
    "secret delete team-a KEY {}",
    # in place of the key or of a Space, or before both
    "secret set team-a {}.",
    "secret set team-a key {}",
    "secret set team-a my-key {}",
    "secret set team-a my-key={}",
    "secret set taem-a {}.",
    "secret set {} team-a",
    "secret set {} team-a KEY",
    "secret set team-a {} KEY",
    "secret set {}=KEY team-a",
    "secret delete {} team-a KEY",
    "secret list team-a {}",
    "secret list team-a KEY {}",
    "secret list team-a KEY={}",
    "secret list {}",
    # without the second word, or with another
    "secret {}",
    "secret KEY {}",
    "secret KEY={}",
    "secret KEY={} team-a",
    "secret team-a {}",
    "secret team-a KEY {}",
    "secret team-a KEY={}",
    "secret: {}",
    "secret={}",
    "secret add team-a KEY {}",
    "secret update team-a KEY {}",
    "secret sett team-a KEY {}",
    # misspelled, as one word, in reverse order
    "secrets set team-a KEY {}",
    "secrt set team-a KEY {}",
    "secert set team-a KEY {}",
    "s3cret set team-a KEY {}",
    "secret-set team-a KEY {}",
    "secret_set team-a KEY {}",
    "secretset team-a KEY {}",
    "set-secret team-a KEY {}",
    "setSecret team-a KEY {}",
    "set secret team-a KEY {}",
    "add secret KEY={} to team-a",
    "create secret KEY {}",
    "delete secret KEY {}",
    # with words before it
    "hey secret set team-a KEY {}",
    "space secret set team-a KEY {}",
    "/space secret set team-a KEY {}",
    "please set the secret KEY={} on team-a",
    "can you set secret team-a KEY {}",
    "hello, would you be so very kind and please set the new secret KEY to {}",
    "team-a secret KEY {}",
    "team-a CLIENT_SECRET {}",
    "team-a CLIENT_SECRET={}",
    "{} is the secret of team-a",
    "“the secret KEY is {}”",
    # after other verbs
    "help secret set KEY {}",
    "help secret {}",
    "help me set the secret KEY {}",
    "status secret team-a KEY {}",
    "wake secret-set team-a KEY {}",
    "wake team-a with API_SECRET={}",
    "pause team-a secret={}",
    "mute team-a for 2h because the secret is {}",
    "audit secret {}",
    # hidden in the label of a link
    "secret set <https://nowhere.test/|{}> KEY",
    "team-b <https://nowhere.test/|the secret is {}> KEY",
    # too long to be parsed
    "secret set team-a KEY " + "{}" * 1000,
]


@pytest.fixture
def classroom(bot: Bot, hub: FakeHub, caplog: pytest.LogCaptureFixture) -> Bot:
    caplog.set_level(logging.DEBUG)
    hub.set(team_a="RUNNING", team_b="SLEEPING", secret_santa="RUNNING", team_secret="SLEEPING")
    bot.sweep()
    return bot


def last_message_text(slack: FakeSlack) -> str:
    """Return the last message, by any channel."""
    messages = [message for _, message in slack.ephemeral_messages]
    messages += [message for _, message, _ in slack.responses] + [s.message for s in slack.messages]
    (last,) = messages
    return f"{last.text} {last.blocks}"


def clear_messages(slack: FakeSlack) -> None:
    for place in (slack.ephemeral_messages, slack.responses, slack.messages, slack.open_forms):
        place.clear()


@pytest.mark.parametrize("text", TYPED_SECRETS)
def test_typed_secret_is_stored_nowhere_and_rotation_advised(
    classroom: Bot,
    slack: FakeSlack,
    hub: FakeHub,
    traces: Callable[[], str],
    text: str,
) -> None:
    for (user, way), value in zip(product(PEOPLE, SOURCES), VALUES * 3, strict=True):
        clear_messages(slack)

        send_command(classroom, text.replace("{}", value), user, **way)

        assert "otate it" in last_message_text(slack), (user, way, value)
        assert ("admins" in last_message_text(slack)) is (user != LEAD), (user, way)
        assert value.casefold() not in str(slack).casefold(), (user, way)
        assert slack.open_forms == {}
    everything = traces()
    assert [value for value in VALUES if value.casefold() in everything] == []
    assert "refused" in everything
    assert hub.writes == []


@pytest.mark.parametrize(
    "text",
    [
        "secret set team-a AKIAIOSFODNN7EXAMPLE",
        "secret set taem-a AKIAIOSFODNN7EXAMPLE",
        "secret set team-a key AKIAIOSFODNN7EXAMPLE",
        "secret set team-c key SWORDFISH",
        "secret set team SWORDFISH",
        "secret set secretsanta SWORDFISH",
        "secret set SWORDFISH",
        "secret set team-a hf_SwordfishSwordfish1",
        "set HF_TOKEN hf_SwordfishSwordfish1 on team-a",
        "team-a HF_TOKEN=hf_SwordfishSwordfish1",
    ],
)
def test_uppercase_value_is_not_a_key_name(
    classroom: Bot,
    slack: FakeSlack,
    traces: Callable[[], str],
    text: str,
) -> None:
    for user, way in product(PEOPLE, SOURCES):
        clear_messages(slack)

        send_command(classroom, text, user, **way)

        assert "otate it" in last_message_text(slack), (user, way)
        sent = str(slack).casefold()
        assert "swordfish" not in sent, (user, way)
        assert "akia" not in sent, (user, way)
    everything = traces()
    assert "swordfish" not in everything
    assert "akia" not in everything


def test_rejected_request_stores_no_secret(classroom: Bot, traces: Callable[[], str]) -> None:
    for text in TYPED_SECRETS:
        classroom.refuse(Ask(text.replace("{}", VALUES[0]), LEAD, "C1"), "busy")

    everything = traces()
    assert VALUES[0] not in everything
    assert everything.count("'busy'") == len(TYPED_SECRETS)


def leave_unanswered(bot: Bot, clock: FakeClock, texts: Iterable[str]) -> None:
    """Let the bot receive requests and end before it answers; another one says so."""
    for number, text in enumerate(texts):
        bot.receive(Ask(text, LEAD, "C1", idempotency_key=f"{number}")).result()
    clock.tick(minutes=5)
    bot.sweep()


def test_unanswered_request_stores_no_secret(
    classroom: Bot,
    slack: FakeSlack,
    clock: FakeClock,
    traces: Callable[[], str],
) -> None:
    leave_unanswered(classroom, clock, [text.replace("{}", VALUES[0]) for text in TYPED_SECRETS])

    sorry = [
        message
        for _, message in slack.ephemeral_messages
        if "before I could answer" in message.text
    ]
    assert len(sorry) == len(TYPED_SECRETS)
    assert VALUES[0] not in traces()


def test_failed_request_stores_no_secret(
    classroom: Bot, slack: FakeSlack, traces: Callable[[], str]
) -> None:
    slack.outage = RuntimeError("an unforeseen error")  # type: ignore[assignment]
    for text in TYPED_SECRETS:
        with pytest.raises(RuntimeError):
            send_command(classroom, text.replace("{}", VALUES[0]), LEAD)

    everything = traces()
    assert VALUES[0] not in everything
    assert everything.count("couldn't answer '") >= len(TYPED_SECRETS)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        # requests without a value work as before
        ("secret set team-a API_KEY", "Set a secret"),
        ("secret set team-a `API_KEY`.", "Set a secret"),
        ("secret set secret-santa team-b S3_KEY_V2", "Set a secret"),
        ("secret delete sleeping API_KEY", "Delete a secret"),
        ("secret set team-a", "Name the Spaces first, then the key"),
        ("secret set", "Name the Spaces first, then the key"),
        ("secret", "needs one more word"),
        ("secret team-a", "needs one more word"),
        ("secret list team-a", "Secrets of team-a"),
        ("secret list team-s", "Secrets of team-secret"),
        ("secret list sleeping", "Secrets of team-b and team-secret"),
        ("secret list paused", "No Space is paused"),
        ("help secret", "secret delete"),
        ("help secret set", "secret set"),
        # and a Space may have such a name
        ("secret-santa", "secret-santa"),
        ("status secret-santa", "secret-santa"),
        ("status secret-snata", "Did you mean `secret-santa`"),
        ("wke team-secret", "Did you mean `wake`"),
        ("audit secret", "No entries"),
        # variables are public
        ("variable set team-a SECRET_MODE exam", "Set a variable"),
        ("variable list team-a", "Variables of team-a"),
    ],
)
def test_request_without_a_value_gets_no_rotation_advice(
    classroom: Bot, slack: FakeSlack, text: str, part: str
) -> None:
    send_command(classroom, text, LEAD, source=Source.MENTION)

    assert part in last_message_text(slack)
    assert "otate it" not in last_message_text(slack)


def test_viewer_gets_no_needless_rotation_advice(classroom: Bot, slack: FakeSlack) -> None:
    send_command(classroom, "secret set team-a API_KEY", "UTA")

    assert "You can't use `secret set`: admins only." in last_message_text(slack)
    assert "otate it" not in last_message_text(slack)


def test_audit_names_the_forms_key(classroom: Bot, slack: FakeSlack) -> None:
    send_command(classroom, "secret set team-a API_KEY", LEAD, trigger_id="13.7.t")
    send_command(classroom, "secret set team-b API_KEY swordfish", LEAD)

    rows = database_dump(classroom)
    assert "opened the form for secret set team-a API_KEY" in rows
    assert "'secret set team-b …'" in rows


#: Variables are: they have no secrets.
PUBLIC = [["variable", "set"], ["variable", "list"], ["variable", "delete"]]
#: Text that is no word of the grammar, no Space and no name.
values = st.text("abcxyzABCXYZ0123456789-_.*/+=!#,;'>|&", min_size=8, max_size=40).filter(
    lambda value: len(value.strip("-_.*/+=!#,;'>|&0123456789")) > 5 and not value.isupper()
)
pieces = st.sampled_from(
    [
        *("set", "list", "delete", "add", "help", "status", "wake", "variable", "please", "the"),
        *("team-a", "all", "sleeping", "team-*", "except", "secret-santa", "nobody", "to", "on"),
        *("KEY", "API_KEY", "key", "my-key", "KEY=", "=", ":", "->", "at 13:50", "for 2h", "\n"),
    ]
)
about = st.sampled_from(
    ["secret", "secrets", "Secret", "secrt", "secret-set", "secretset", "SECRET:", "my secret"]
)
marks = st.sampled_from([("", ""), ("“", "”"), ("`", "`"), ("*", "*"), ("KEY=", ""), ("key:", "")])


@st.composite
def sentences(draw: st.DrawFn, value: str) -> str:
    """Return a request about secrets that contains *value*."""
    before, after = draw(marks)
    pieces_before = [
        *draw(st.lists(pieces, max_size=4)),
        draw(about),
        *draw(st.lists(pieces, max_size=5)),
    ]
    pieces_before.insert(draw(st.integers(0, len(pieces_before))), f"{before}{value}{after}")
    return " ".join(pieces_before)


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), value=values, user=st.sampled_from(PEOPLE), way=st.sampled_from(SOURCES))
def test_generated_secret_requests_leak_no_value(
    classroom: Bot,
    slack: FakeSlack,
    caplog: pytest.LogCaptureFixture,
    traces: Callable[[], str],
    data: st.DataObject,
    value: str,
    user: str,
    way: dict[str, str],
) -> None:
    clear_messages(slack)
    caplog.clear()
    text = data.draw(sentences(value))
    assume(text.casefold().split()[:2] not in PUBLIC)

    send_command(classroom, text, user, **way)

    assert value.casefold() not in traces()
    assert "otate it" in last_message_text(slack)


def test_too_long_request_is_not_stored(
    classroom: Bot, slack: FakeSlack, traces: Callable[[], str]
) -> None:
    send_command(classroom, f"{'swordfish ' * 4_000}status", LEAD)

    assert "longer than the 8,000 characters" in last_message_text(slack)
    assert "swordfish" not in traces()
