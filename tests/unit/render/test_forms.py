"""Golden files of modals and of the cards that follow them, within Slack's limits."""

import json

import pytest

from bot.cards import Message
from bot.errors import HubUnavailable, Misunderstood
from bot.model import KeyKind, Space
from bot.parsing import NameIndex
from bot.render import bulk_results, confirmations, modals, secrets_and_variables, uploads
from bot.render.modals import FormMetadata, View
from bot.render.uploads import UploadProgress
from bot.uploads import UploadPlan
from tests.goldens import check_message, check_view
from tests.slack_limits import view_violations, violations

NAMES = NameIndex.of(["acme/if-a", "acme/if-b", "acme/if-c"], "if-")
MANY = NameIndex.of([f"acme/team-{n}" for n in range(1, 501)])
UNAVAILABLE = HubUnavailable("The Hub does not answer. Try again in a moment.")
PHRASES = bulk_results.ResultPhrases(
    "Secret API_KEY set on {}",
    "Secret API_KEY not set on {}",
    "U1",
    footnote="Apps that were up restart now.",
    retry_command="secret set {} API_KEY",
)
PLAN = UploadPlan({"app.py": b"print()", "data/a.csv": b"1,2"}, ("__MACOSX/._app.py",))

VIEWS: dict[str, View] = {
    "secret_set": secrets_and_variables.secret_form("API_KEY", ["a", "b"], up=1),
    "secret_set_one": secrets_and_variables.secret_form("API_KEY", ["a"], up=1),
    "secret_delete": secrets_and_variables.delete_form(KeyKind.SECRET, "API_KEY", ["a", "b"], up=2),
    "variable_set": secrets_and_variables.variable_form("MODE", ["a"], 0, "exam"),
    "variable_delete": secrets_and_variables.delete_form(KeyKind.VARIABLE, "MODE", ["a"], up=0),
    "delete": confirmations.delete_form(Space("acme/if-a", "RUNNING")),
    "upload": uploads.form(NAMES, "acme/if-a"),
    "upload_anywhere": uploads.form(
        NAMES,
        None,
        attached_count=2,
        note=uploads.missing_secrets_note(["API_KEY"], is_known=False),
    ),
    "upload_lacking": uploads.form(
        NAMES,
        "acme/if-a",
        note=uploads.missing_secrets_note(["API_KEY", "HF_TOKEN"], is_known=True),
    ),
    "upload_many": uploads.form(MANY, None),
}
MESSAGES: dict[str, Message] = {
    "to_open": modals.open_form_message(VIEWS["secret_set"], "secret set a b API_KEY"),
    "to_open_with_files": modals.open_form_message(
        VIEWS["upload"], "upload a", "Choose the files again."
    ),
    "deed_done": bulk_results.card(PHRASES, {"acme/if-a": ""}, NAMES),
    "deed_failed": bulk_results.card(PHRASES, {"acme/if-a": "The Hub said no."}, NAMES),
    "deed_mixed": bulk_results.card(
        PHRASES, {"acme/if-a": "", "acme/if-b": "The Hub said no.", "acme/if-c": ""}, NAMES
    ),
    "secrets": secrets_and_variables.secret_list(
        {"acme/if-a": ("API_KEY", "HF_TOKEN"), "acme/if-b": (), "acme/if-c": UNAVAILABLE}, NAMES
    ),
    "variables": secrets_and_variables.variable_list(
        {"acme/if-a": {"MODE": "exam", "TEAM": "a"}, "acme/if-b": {}, "acme/if-c": UNAVAILABLE},
        NAMES,
    ),
    "upload_begun": uploads.started(NAMES, "acme/if-a", 2, is_queued=False),
    "upload_waits": uploads.started(NAMES, "acme/if-a", 1, is_queued=True),
    "uploading": uploads.card(NAMES, "acme/if-a", PLAN, "U1", UploadProgress()),
    "upload_sets_a_secret": uploads.card(
        NAMES, "acme/if-a", PLAN, "U1", UploadProgress(set_keys=["API_KEY"], current_key="DB")
    ),
    "upload_commits": uploads.card(
        NAMES, "acme/if-a", PLAN, "U1", UploadProgress(set_keys=["API_KEY", "DB"])
    ),
    "upload_leaves_a_secret_out": uploads.card(
        NAMES, "acme/if-a", PLAN, "U1", UploadProgress(clashing_keys=["API_KEY"])
    ),
    "upload_failed": uploads.failed_card(NAMES, "acme/if-a", "U1", "The Hub said no."),
    "upload_failed_halfway": uploads.failed_card(
        NAMES, "acme/if-a", "U1", "The Hub said no. No file was changed. Ask.", ["API_KEY", "DB"]
    ),
    "upload_unanswered": uploads.outcome_unknown_card(
        NAMES, "acme/if-a", "U1", "It may have been done: look.", ["API_KEY"]
    ),
    "upload_unchanged": uploads.unchanged_card(
        NAMES, "acme/if-a", 2, "U1", UploadProgress(["API_KEY"], clashing_keys=["DB"])
    ),
    "upload_interrupted": uploads.interrupted_card(),
}


@pytest.mark.parametrize("name", VIEWS)
def test_modal_matches_its_golden(name: str) -> None:
    check_view(
        f"forms/{name}", modals.with_metadata(VIEWS[name], FormMetadata("wake a", "C1", "1.2"))
    )


@pytest.mark.parametrize("name", MESSAGES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"forms/{name}", MESSAGES[name])


HOSTILE = "<!channel> <@U1> *b* `c` <http://x|y> \u202edesrever & \x07" * 100


@pytest.mark.parametrize("many", [1, 11, 500])
def test_huge_and_hostile_values_stay_within_slack_limits(many: int) -> None:
    ids = [f"acme/{'x' * 80}-{n}" for n in range(many)]
    names = NameIndex.of(ids)
    phrases = bulk_results.ResultPhrases(
        f"{'K' * 100} set on {{}}", f"{'K' * 100} not set on {{}}", "U1", HOSTILE[:99]
    )
    plan = UploadPlan({f"{HOSTILE[:200]}{n}": b"" for n in range(many)}, (HOSTILE,) * many)
    messages = [
        bulk_results.card(phrases, dict.fromkeys(ids, HOSTILE), names),
        secrets_and_variables.secret_list({id: ["K" * 100] * many for id in ids}, names),
        secrets_and_variables.variable_list(
            {id: {f"K{n}": HOSTILE for n in range(many)} for id in ids}, names
        ),
        uploads.card(
            names,
            ids[0],
            plan,
            "U1",
            UploadProgress(["K" * 100] * many, "K" * 100, ["K" * 100] * many),
        ),
        uploads.failed_card(names, ids[0], "U1", HOSTILE, ["K" * 100] * many),
        uploads.outcome_unknown_card(names, ids[0], "U1", HOSTILE, ["K" * 100] * many),
    ]
    views = [
        secrets_and_variables.secret_form("K" * 100, ids, many),
        secrets_and_variables.variable_form("K" * 100, ids, many, "v" * 5000),
        secrets_and_variables.delete_form(KeyKind.VARIABLE, "K" * 100, ids, many),
        uploads.form(
            names, None, note=uploads.missing_secrets_note(["K" * 100] * many, is_known=True)
        ),
        confirmations.delete_form(Space(ids[0], HOSTILE[:40])),
    ]

    for message in messages:
        assert violations(message) == []
    for view in views:
        assert view_violations(view) == []
    assert "<!channel>" not in json.dumps(
        [m.blocks for m in messages] + [v["blocks"] for v in views]
    )


def test_list_of_many_variables_is_cut_to_fit_one_message() -> None:
    ids = [f"acme/team-{n}" for n in range(1, 101)]
    pairs = {f"VARIABLE_{n}": "v" * 60 for n in range(12)}

    listing = secrets_and_variables.variable_list(dict.fromkeys(ids, pairs), NameIndex.of(ids))

    assert violations(listing) == []
    assert "*team-8*" in str(listing.blocks)
    assert "more Spaces. Name fewer to see theirs." in str(listing.blocks[-1])


def test_modal_metadata_round_trips() -> None:
    metadata = FormMetadata("secret set “ä” KEY", "C1", None, ("F1", "F2"))

    assert (
        modals.read_metadata(modals.with_metadata(VIEWS["delete"], metadata)["private_metadata"])
        == metadata
    )


def test_too_long_modal_metadata_is_rejected_with_advice() -> None:
    with pytest.raises(Misunderstood, match="too many Spaces"):
        modals.with_metadata(VIEWS["delete"], FormMetadata("x" * 2001, "C1"))
