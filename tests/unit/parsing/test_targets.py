import pytest

from bot.errors import UsageError
from bot.model import Space
from bot.parsing import NameIndex, select
from tests.unit.parsing.samples import NAMES, refusal, select_names


@pytest.mark.parametrize(
    ("text", "spaces"),
    [
        # Names unite, each once, in the fleet's natural order and not in the typed one.
        ("team-10 team-2 team-1 team-2", "team-1 team-2 team-10"),
        # Full ids, the repository's name, any case.
        ("ACME/if-Team-1 if-team-2", "team-1 team-2"),
        # A glob is about the short name; with a slash, about the whole id.
        ("team-a*", "team-a team-alpha"),
        ("beta/*", "beta/if-demo"),
        ("*demo", "demo beta/if-demo"),
        # A prefix that all share is not matched, as long as a short name is.
        ("i*", " ".join(id.removeprefix("acme/if-") for id in NAMES.ids)),
        ("a*", "all alps-1-2"),
        # A range takes what there is of it, either way round, padded or not.
        ("team-1..12", "team-1 team-2 team-3 team-10"),
        ("team-12..team-2", "team-2 team-3 team-10"),
        ("team-01..03", "team-1 team-2 team-3"),
        ("acme/if-team-1..2", "team-1 team-2"),
        ("Team-A..F", "team-a team-c"),
        ("team-1 to team-3", "team-1 team-2 team-3"),
        ("team-1 through 3 and team-10", "team-1 team-2 team-3 team-10"),
        # A range with a hyphen, only where both ends exist and nothing is called so.
        ("team-1-3", "team-1 team-2 team-3"),
        ("team-a-c", "team-a team-c"),
        ("alps-1-2", "alps-1-2"),
        # A glob or range reaches names that are words of the grammar.
        ("al*", "all alps-1-2"),
        # Stage words filter: alone, all Spaces; several, any of them.
        ("asleep", "all beta/if-demo team-2 team-10"),
        ("sleeping", "all beta/if-demo team-2 team-10"),
        ("stopped", "team-10"),
        ("broken", "team-3"),
        ("running", "paused team-1 team-c"),
        ("up", "paused team-1 team-c"),
        ("building", "alps-1-2 team-a"),
        ("starting", "alps-1-2 team-a"),
        ("paused", "team-alpha"),
        ("unknown", "demo"),
        ("leaving", "v1.io"),
        ("broken and Paused", "team-3 team-alpha"),
        ("team-* sleeping", "team-2 team-10"),
        ("sleeping team-1..5", "team-2"),
        ("all broken", "team-3"),
        # A Space named like a word of the grammar is selected by its full id.
        ("acme/if-all acme/if-paused", "all paused"),
        # `except` subtracts whatever follows it: names, ranges, stages.
        ("team-* except team-1..3 team-a", "team-10 team-alpha team-c"),
        ("team-1..12 but broken", "team-1 team-2 team-10"),
        ("asleep without team-2", "all beta/if-demo team-10"),
        ("except team-* asleep leaving unknown", "alps-1-2 paused"),
        ("team-1..3 except team-1 except team-2", "team-3"),
        # Quoted targets are targets.
        ('team-1 "team-2, team-3"', "team-1 team-2 team-3"),
        # An address: of the page, of the app, and a name that Slack made a link of.
        ("<https://huggingface.co/spaces/acme/if-team-1/tree/main>", "team-1"),
        ("<https://ACME-team-2.hf.space/docs|x>", "team-2"),
        ("<http://v1.io|v1.io>", "v1.io"),
    ],
)
def test_targets_mean_spaces(text: str, spaces: str) -> None:
    in_order = select_names(text).split()

    assert sorted(in_order) == sorted(spaces.split())
    assert in_order == [n for n in _all_names().split() if n in in_order]


def _all_names() -> str:
    return " ".join(id.removeprefix("acme/if-") for id in NAMES.ids)


@pytest.mark.parametrize(
    "everything", ["all", "ALL", "*", "all team-1", "all all", "everything", "Everyone"]
)
def test_all_means_all(everything: str) -> None:
    assert select_names(everything) == _all_names()


def test_the_order_is_natural() -> None:
    assert select_names("team-10 team-2 team-1") == "team-1 team-2 team-10"


def test_no_targets_select_all_for_reads_and_are_rejected_for_acts() -> None:
    assert select_names("", acting=False) == _all_names()
    assert str(refusal("")) == ("Which Space? Name one, several like `team-1..12`, or `all`.")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        # Several names begin so: no button, but the names.
        (
            "team-",
            (
                "There's no Space called `team-`. Did you mean `team-1`, `team-2`, `team-3` "
                "or 4 more?"
            ),
        ),
        # Nothing is like it.
        (
            "zzz team-1",
            ("There's no Space called `zzz`. Try `status` to see them all."),
        ),
        # All unknown ones are listed at once, bounded, without a suggestion.
        (
            "q1 q2 q3 q4 q5 q6 q7",
            ("There's no Space called `q1`, `q2`, `q3` or 4 more. Try `status` to see them all."),
        ),
        # Only one of two can be corrected, so no request is suggested.
        (
            "zzz taem-1",
            "There's no Space called `zzz` or `taem-1`. Did you mean `team-1`?",
        ),
        # A name of two Spaces.
        (
            "demo",
            ("`demo` is the name of 2 Spaces. Which one: `acme/if-demo` or `beta/if-demo`?"),
        ),
        # A glob that fits nothing, a minus, a mention, an emoji: all unknown.
        (
            "zz*",
            ("There's no Space called `zz*`. Try `status` to see them all."),
        ),
        (
            "all - team-1",
            "There's no Space called `-`. Try `status` to see them all.",
        ),
        (
            "<!here>",
            ("There's no Space called `@here`. Try `status` to see them all."),
        ),
        # What people typed cannot leave its code marks.
        (
            '"*x*`<!channel>`_y_"  z',
            ("There's no Space called `*x*@channel_y_` or `z`. Try `status` to see them all."),
        ),
        # Nothing is in such a stage.
        ("team-1 broken", "None of the Spaces you named is broken."),
        (
            "team-1 broken paused broken",
            "None of the Spaces you named is broken or paused.",
        ),
        # `except` excludes everything, or has no other word.
        (
            "team-1 except team-1",
            "That leaves no Space: `except` removes all of them. Name others.",
        ),
        (
            "all but",
            ("`but` which Space? For example `all except team-1`."),
        ),
        # A range with nothing in it says what there is.
        (
            "team-20..30",
            ("No Space matches `team-20..30`. You have `team-1`, `team-2`, `team-3` and 4 more."),
        ),
        (
            "zzz-1..3",
            ("No Space matches `zzz-1..3`. Try `status` to see them all."),
        ),
        # A range too large, however it is written.
        *(
            (
                f"team-1..{last}",
                (
                    f"The range `team-1..{last}` spans more than 10,000 names. Use a smaller "
                    "one, or `*` for any ending."
                ),
            )
            for last in ("999999999", "9" * 40)
        ),
        # A range of two kinds.
        *(
            (
                text,
                f"I can't read the range `{text}`. Write it like `team-1..12` or `team-a..f`.",
            )
            for text in ("team-1..f", "team-1..demo-3", "team..12", "team-alpha..beta", "..3")
        ),
        # More patterns than can be looked for at once.
        (
            " ".join(f"{n}*" for n in range(21)),
            ("I take at most 20 patterns, ranges and links at once. Name fewer, or use `all`."),
        ),
    ],
)
def test_error_says_why_nothing_was_selected(text: str, sentence: str) -> None:
    assert str(refusal(text)) == sentence


def test_error_in_a_read_does_not_mention_an_action() -> None:
    assert str(refusal("zzz", acting=False)) == (
        "There's no Space called `zzz`. Try `status` to see them all."
    )


def test_stage_without_spaces_is_rejected() -> None:
    fleet = {"acme/a": Space("acme/a", "RUNNING")}

    with pytest.raises(UsageError, match=r"^No Space is sleeping\.$"):
        select(["sleeping"], fleet, NameIndex.of(fleet), acting=False)


def test_empty_fleet_is_reported() -> None:
    with pytest.raises(UsageError, match="I haven't seen any Spaces yet"):
        select(["all"], {}, NameIndex.of([]), acting=False)


def test_two_thousand_targets_select_two_thousand_spaces() -> None:
    fleet = {f"acme/t{n}": Space(f"acme/t{n}", "RUNNING") for n in range(2_000)}

    typed = [f"T{n}" for n in reversed(range(2_000))]
    found = select(typed, fleet, NameIndex.of(fleet), acting=True)

    assert found == tuple(fleet)
    with pytest.raises(UsageError, match=r"`x0`, `x1`, `x2` or 1,997 more"):
        select([f"x{n}" for n in range(2_000)], fleet, NameIndex.of(fleet), acting=True)
