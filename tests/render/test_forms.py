"""Every modal, and every card that a modal leads to, as a golden; and within Slack's limits."""

import json

import pytest

from bot.cards import Message
from bot.errors import HubUnavailable, Misunderstood
from bot.model import Space
from bot.parsing import Names
from bot.render import deeds, farewells, keys, modals, uploads
from bot.render.modals import Errand, View
from bot.render.uploads import Way
from bot.uploads import Plan
from tests.goldens import check, check_view
from tests.limits import complaints, view_complaints

NAMES = Names.of(["acme/if-a", "acme/if-b", "acme/if-c"], "if-")
MANY = Names.of([f"acme/team-{n}" for n in range(1, 501)])
SILENT = HubUnavailable("The Hub does not answer. Try again in a moment.")
SET = deeds.Told(
    "Secret API_KEY set on {}",
    "Secret API_KEY not set on {}",
    "U1",
    after="Apps that were up restart now.",
    again="secret set {} API_KEY",
)
PLAN = Plan({"app.py": b"print()", "data/a.csv": b"1,2"}, ("__MACOSX/._app.py",))

VIEWS: dict[str, View] = {
    "secret_set": keys.ask_secret("API_KEY", ["a", "b"], up=1),
    "secret_set_one": keys.ask_secret("API_KEY", ["a"], up=1),
    "secret_delete": keys.ask_to_delete("secret", "API_KEY", ["a", "b"], up=2),
    "variable_set": keys.ask_variable("MODE", ["a"], 0, "exam"),
    "variable_delete": keys.ask_to_delete("variable", "MODE", ["a"], up=0),
    "delete": farewells.ask(Space("acme/if-a", "RUNNING")),
    "upload": uploads.form(NAMES, "acme/if-a"),
    "upload_anywhere": uploads.form(
        NAMES, None, carried=2, told=uploads.missing(["API_KEY"], known=False)
    ),
    "upload_lacking": uploads.form(
        NAMES, "acme/if-a", told=uploads.missing(["API_KEY", "HF_TOKEN"], known=True)
    ),
    "upload_many": uploads.form(MANY, None),
}
MESSAGES: dict[str, Message] = {
    "to_open": modals.to_open(VIEWS["secret_set"], "secret set a b API_KEY"),
    "to_open_with_files": modals.to_open(VIEWS["upload"], "upload a", "Choose the files again."),
    "deed_done": deeds.outcome(SET, {"acme/if-a": ""}, NAMES),
    "deed_failed": deeds.outcome(SET, {"acme/if-a": "The Hub said no."}, NAMES),
    "deed_mixed": deeds.outcome(
        SET, {"acme/if-a": "", "acme/if-b": "The Hub said no.", "acme/if-c": ""}, NAMES
    ),
    "secrets": keys.secrets(
        {"acme/if-a": ("API_KEY", "HF_TOKEN"), "acme/if-b": (), "acme/if-c": SILENT}, NAMES
    ),
    "variables": keys.variables(
        {"acme/if-a": {"MODE": "exam", "TEAM": "a"}, "acme/if-b": {}, "acme/if-c": SILENT}, NAMES
    ),
    "upload_begun": uploads.begun(NAMES, "acme/if-a", 2, waits=False),
    "upload_waits": uploads.begun(NAMES, "acme/if-a", 1, waits=True),
    "uploading": uploads.card(NAMES, "acme/if-a", PLAN, "U1", Way()),
    "upload_sets_a_secret": uploads.card(
        NAMES, "acme/if-a", PLAN, "U1", Way(done=["API_KEY"], key="DB")
    ),
    "upload_commits": uploads.card(NAMES, "acme/if-a", PLAN, "U1", Way(done=["API_KEY", "DB"])),
    "upload_leaves_a_secret_out": uploads.card(
        NAMES, "acme/if-a", PLAN, "U1", Way(clashing=["API_KEY"])
    ),
    "upload_failed": uploads.failed(NAMES, "acme/if-a", "U1", "The Hub said no."),
    "upload_failed_halfway": uploads.failed(
        NAMES, "acme/if-a", "U1", "The Hub said no. Nothing was changed. Ask.", ["API_KEY", "DB"]
    ),
    "upload_unanswered": uploads.unanswered(
        NAMES, "acme/if-a", "U1", "It may have been done: look.", ["API_KEY"]
    ),
    "upload_unchanged": uploads.unchanged(
        NAMES, "acme/if-a", 2, "U1", Way(["API_KEY"], clashing=["DB"])
    ),
    "upload_interrupted": uploads.interrupted(),
}


@pytest.mark.parametrize("name", VIEWS)
def test_golden_of_a_modal(name: str) -> None:
    check_view(f"forms/{name}", modals.carrying(VIEWS[name], Errand("wake a", "C1", "1.2")))


@pytest.mark.parametrize("name", MESSAGES)
def test_golden_of_a_message(name: str) -> None:
    check(f"forms/{name}", MESSAGES[name])


HOSTILE = "<!channel> <@U1> *b* `c` <http://x|y> \u202edesrever & \x07" * 100


@pytest.mark.parametrize("many", [1, 11, 500])
def test_huge_and_hostile_values_stay_within_slacks_limits(many: int) -> None:
    ids = [f"acme/{'x' * 80}-{n}" for n in range(many)]
    names = Names.of(ids)
    told = deeds.Told(
        f"{'K' * 100} set on {{}}", f"{'K' * 100} not set on {{}}", "U1", HOSTILE[:99]
    )
    plan = Plan({f"{HOSTILE[:200]}{n}": b"" for n in range(many)}, (HOSTILE,) * many)
    messages = [
        deeds.outcome(told, dict.fromkeys(ids, HOSTILE), names),
        keys.secrets({id: ["K" * 100] * many for id in ids}, names),
        keys.variables({id: {f"K{n}": HOSTILE for n in range(many)} for id in ids}, names),
        uploads.card(
            names, ids[0], plan, "U1", Way(["K" * 100] * many, "K" * 100, ["K" * 100] * many)
        ),
        uploads.failed(names, ids[0], "U1", HOSTILE, ["K" * 100] * many),
        uploads.unanswered(names, ids[0], "U1", HOSTILE, ["K" * 100] * many),
    ]
    views = [
        keys.ask_secret("K" * 100, ids, many),
        keys.ask_variable("K" * 100, ids, many, "v" * 5000),
        keys.ask_to_delete("variable", "K" * 100, ids, many),
        uploads.form(names, None, told=uploads.missing(["K" * 100] * many, known=True)),
        farewells.ask(Space(ids[0], HOSTILE[:40])),
    ]

    for message in messages:
        assert complaints(message) == []
    for view in views:
        assert view_complaints(view) == []
    assert "<!channel>" not in json.dumps(
        [m.blocks for m in messages] + [v["blocks"] for v in views]
    )


def test_a_class_with_many_variables_is_listed_as_far_as_a_message_holds() -> None:
    ids = [f"acme/team-{n}" for n in range(1, 101)]
    pairs = {f"VARIABLE_{n}": "v" * 60 for n in range(12)}

    said = keys.variables(dict.fromkeys(ids, pairs), Names.of(ids))

    assert complaints(said) == []
    assert "*team-8*" in str(said.blocks)
    assert "more Spaces. Name fewer to see theirs." in str(said.blocks[-1])


def test_the_note_of_a_modal_comes_back_as_it_was() -> None:
    errand = Errand("secret set “ä” KEY", "C1", None, ("F1", "F2"))

    assert modals.errand(modals.carrying(VIEWS["delete"], errand)["private_metadata"]) == errand


def test_a_note_that_slack_would_refuse_is_refused_in_words() -> None:
    with pytest.raises(Misunderstood, match="too many Spaces"):
        modals.carrying(VIEWS["delete"], Errand("x" * 2001, "C1"))
