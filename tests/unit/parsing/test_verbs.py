import pytest

from bot.errors import UsageError
from bot.parsing import NameIndex, parse_verb, tokenize

VERBS = {
    *("status", "wake", "restart", "rebuild", "pause", "url", "help", "mute", "delete"),
    "thanks",
    *("secret list", "secret set", "variable list", "variable set"),
}
NAMES = NameIndex.of(["acme/if-team-a", "acme/if-team-b", "acme/if-wake", "acme/if-x9"], "if-")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The first word, in whatever case, without what surrounds it.
        ("wake team-a", ("wake", "team-a")),
        ("WAKE team-a", ("wake", "team-a")),
        ("*Wake:* Team-A.", ("wake", "Team-A")),
        # An emoji before it, as itself or as Slack spells it, is a greeting.
        ("🙏 wake team-a", ("wake", "team-a")),
        (":pray: :skin-tone-2: wake team-a 👍🏽", ("wake", "team-a", "👍🏽")),
        # A question about a known Space means its status.
        ("whats wrong with team-a?", ("status", "team-a")),
        ("what's up with team-a", ("status", "team-a")),
        ("is team-a ok?", ("status", "team-a")),
        ("how are team-a and team-b doing", ("status", "team-a", "team-b")),
        # Common first attempts.
        ("hello", ("help",)),
        ("Hi there!", ("help",)),
        ("--help", ("help",)),
        ("—help", ("help",)),
        ("-h", ("help",)),
        ("list", ("status",)),
        ("ls sleeping", ("status", "sleeping")),
        ("list team-a", ("status", "team-a")),
        ("list all", ("status", "all")),
        ("start team-a", ("wake", "team-a")),
        ("start", ("wake",)),
        ("thank you", ("thanks",)),
        ("thx!", ("thanks",)),
        # A command may be asked for its help as in a shell.
        ("wake --help", ("help", "wake")),
        ("secret set -h", ("help", "secret", "set")),
        ("wake team-a --help", ("wake", "team-a", "--help")),
        # A dash between the command and its targets means nothing.
        ("status — team-a", ("status", "team-a")),
        ("wake - team-a", ("wake", "team-a")),
        ("status -- team-a", ("status", "team-a")),
        ("— team-a", ("status", "team-a")),
        ("status –", ("status",)),
        ("variable set team-a SIGN -", ("variable set", "team-a", "SIGN", "-")),
        # No word: status.
        ("", ("status",)),
        ("...", ("status",)),
        # Two words can be one verb.
        ("Secret SET team-a KEY", ("secret set", "team-a", "KEY")),
        ("variable list", ("variable list",)),
        # A target instead of a verb: its status. Name, id, glob, range, stage, all, address.
        ("team-a", ("status", "team-a")),
        ("acme/if-team-a team-b", ("status", "acme/if-team-a", "team-b")),
        ("*", ("status", "*")),
        ("team-1..3", ("status", "team-1..3")),
        ("Sleeping", ("status", "Sleeping")),
        ("ALL except team-a", ("status", "ALL", "except", "team-a")),
        ("except team-a", ("status", "except", "team-a")),
        ("https://huggingface.co/spaces/acme/if-team-a", None),
        # A dictated name, as `status` reads it.
        ("Team b", ("status", "team-b")),
        ("team a and b", ("status", "team-a", "team-b")),
        ("teams a and b", ("status", "team-a", "team-b")),
        ("team a, team b please", ("status", "team-a", "team-b", "please")),
        ("how is the team b?", ("status", "team-b")),
        ("team a status", ("status", "team-a")),
        # ... or the only name that begins so.
        ("x", ("status", "x")),
        # A verb is a verb, even where a Space is called so.
        ("wake", ("wake",)),
        ("status wake", ("status", "wake")),
        # Words that address the bot aren't part of the command, even twice.
        ("/space status team-a", ("status", "team-a")),
        ("/space/space status", ("status",)),
        ("space status", ("status",)),
        ("/wake team-a", ("wake", "team-a")),
        ("@Spacebot wake team-a", ("wake", "team-a")),
        ("can you please wake team-a", ("wake", "team-a")),
        ("pls wake all", ("wake", "all")),
        ("space", ("status",)),
        # In "wake up" the word `up` selects nothing; elsewhere it is a stage.
        ("wake up all", ("wake", "all")),
        ("wake up team-a", ("wake", "team-a")),
        ("wake team-a up", ("wake", "team-a")),
        ("Wake UP", ("wake",)),
        ("wake all except up", ("wake", "all", "except", "up")),
        ("restart up", ("restart", "up")),
        # A question is a read, whatever its first word.
        ("how is team-a?", ("status", "team-a")),
        ("show me the sleeping ones", ("status", "sleeping", "ones")),
        ("is team-a up", ("status", "team-a")),
        ("team-a status", ("status", "team-a")),
        # Several names without a space between them, and a name that Slack made a token of.
        ("team-a&team-b", ("status", "team-a&team-b")),
        ("<#C1|team-a>", ("status", "team-a")),
    ],
)
def test_finds_the_verb(text: str, expected: tuple[str, ...] | None) -> None:
    name, rest = parse_verb(tokenize(text), VERBS, NAMES)

    assert (name, *rest) == (expected or ("status", text))


@pytest.mark.parametrize(
    ("text", "sentence", "suggestion"),
    [
        # A slip: the corrected command, whole.
        ("wak team-a", "I don't know `wak`. Did you mean `wake`?", "wake team-a"),
        ("stats", "I don't know `stats`. Did you mean `status`?", "status"),
        # ... also where it is two words, or they are the wrong way round.
        (
            "varable lst team-a",
            "I don't know `varable lst`. Did you mean `variable list`?",
            "variable list team-a",
        ),
        (
            "list variable team-a",
            "I don't know `list variable`. Did you mean `variable list`?",
            "variable list team-a",
        ),
        # The word of another tool, where the nearest spelling would do something else.
        ("boot team-a", "I don't know `boot`. Did you mean `wake`?", "wake team-a"),
        (
            "variables",
            "I don't know `variables`. Did you mean `variable list`?",
            "variable list",
        ),
        # ... or the opposite.
        ("unpause team-a", "I don't know `unpause`. Did you mean `wake`?", "wake team-a"),
        ("turn off team-a", "I don't know `turn off`. Did you mean `pause`?", "pause team-a"),
        # The verb comes later, or is stuck to what follows: never done, only offered.
        (
            "team-a pause",
            "The command comes first. Did you mean `pause`?",
            "pause team-a",
        ),
        ("is pause all", "I don't know `is`. Did you mean `pause`?", "pause all"),
        ("wake-all", "I don't know `wake-all`. Did you mean `wake`?", "wake all"),
        (
            "waketeam-a now",
            "I don't know `waketeam-a`. Did you mean `wake`?",
            "wake team-a now",
        ),
        # A person is no misspelled command.
        ("<@U0LEAD> wake all", "The command comes first, people after it. Try `help`.", "help"),
        # A word that needs a second one.
        (
            "secret team-a",
            "`secret` needs one more word. Choose `secret list` or `secret set`.",
            None,
        ),
        # What was typed after `secret` may be one, and is put in no button.
        (
            "secret sett team-a KEY hunter2",
            "I don't know `secret sett`. Did you mean `secret set`?",
            None,
        ),
        (
            "/secret sett team-a KEY hunter2",
            "I don't know `secret sett`. Did you mean `secret set`?",
            None,
        ),
        (
            "show secret set team-a KEY hunter2",
            "I don't know `show`. Did you mean `secret set`?",
            None,
        ),
        # A Space, nearly.
        (
            "taem-b",
            "`taem-b` isn't a command or a Space. Did you mean `team-b`?",
            "status team-b",
        ),
        # Several begin so: which one? All of them can be looked at, and that resolves.
        (
            "team",
            "Which Space? `team` begins the names of `team-a` and `team-b`.",
            "status team*",
        ),
        (
            "Team d",
            "Which Space? `Team` begins the names of `team-a` and `team-b`.",
            "status Team*",
        ),
        (
            "team a pause",
            "The command comes first. Did you mean `pause`?",
            "pause team-a",
        ),
        # What would not resolve is no button.
        (
            "taem-b hunter2",
            "`taem-b` isn't a command or a Space. Try `help`.",
            "help",
        ),
        # Not similar to any command: the help.
        (
            "@here",
            "`@here` isn't a command or a Space. Try `help`.",
            "help",
        ),
        (
            "🙂",
            "`🙂` isn't a command or a Space. Try `help`.",
            "help",
        ),
        # Quoted words stay together in the suggestion.
        (
            'variable sett a M "b, c."',
            "I don't know `variable sett`. Did you mean `variable set`?",
            'variable set a M "b, c."',
        ),
    ],
)
def test_probable_intent_is_suggested(text: str, sentence: str, suggestion: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        parse_verb(tokenize(text), VERBS, NAMES)

    assert (str(caught.value), caught.value.suggestion) == (sentence, suggestion)


def test_a_suggestion_too_long_for_a_button_is_none() -> None:
    with pytest.raises(UsageError) as caught:
        parse_verb(("wak", *["team-a"] * 1_000), VERBS, NAMES)

    assert caught.value.suggestion is None


def test_same_typo_always_gets_the_same_suggestion() -> None:
    for verbs in (["pau", "pas"], ["pas", "pau"]):
        with pytest.raises(UsageError, match="Did you mean `pas`"):
            parse_verb(["pax"], verbs, NAMES)
