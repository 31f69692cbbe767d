"""The upload form and the cards of an upload."""

import pytest

from bot.cards import Message
from bot.parsing import NameIndex
from bot.render import uploads
from bot.render.modals import View
from bot.render.uploads import UploadProgress
from bot.uploads import UploadPlan
from tests.goldens import check_form, check_message
from tests.unit.render.form_samples import NAMES

MANY = NameIndex.of([f"acme/team-{n}" for n in range(1, 501)])
PLAN = UploadPlan({"app.py": b"print()", "data/a.csv": b"1,2"}, ("__MACOSX/._app.py",))


VIEWS: dict[str, View] = {
    "upload": uploads.form(NAMES, "acme/if-a"),
    "upload_without_space": uploads.form(
        NAMES,
        None,
        attached_count=2,
        note=uploads.missing_secrets_note(["API_KEY"], is_known=False),
    ),
    "upload_missing_secrets": uploads.form(
        NAMES,
        "acme/if-a",
        note=uploads.missing_secrets_note(["API_KEY", "HF_TOKEN"], is_known=True),
    ),
    "upload_many": uploads.form(MANY, None),
}


@pytest.mark.parametrize("name", VIEWS)
def test_modal_matches_its_golden(name: str) -> None:
    check_form(name, VIEWS[name])


MESSAGES: dict[str, Message] = {
    "upload_started": uploads.started(NAMES, "acme/if-a", 2, is_queued=False),
    "upload_queued": uploads.started(NAMES, "acme/if-a", 1, is_queued=True),
    "uploading": uploads.card(NAMES, "acme/if-a", PLAN, "U1", UploadProgress()),
    "upload_sets_a_secret": uploads.card(
        NAMES, "acme/if-a", PLAN, "U1", UploadProgress(set_keys=["API_KEY"], current_key="DB")
    ),
    "upload_commits": uploads.card(
        NAMES, "acme/if-a", PLAN, "U1", UploadProgress(set_keys=["API_KEY", "DB"])
    ),
    "upload_skips_a_secret": uploads.card(
        NAMES, "acme/if-a", PLAN, "U1", UploadProgress(clashing_keys=["API_KEY"])
    ),
    "upload_with_secrets": uploads.card(
        NAMES,
        "acme/if-a",
        UploadPlan(
            {"app.py": b"1"},
            secret_files=(".env", "key.pem"),
            tokens={"app.py": ("Hugging Face token",)},
        ),
        "U1",
        UploadProgress(),
    ),
    "upload_failed": uploads.failed_card(
        NAMES, "acme/if-a", "U1", "Hugging Face refused this: “no”."
    ),
    "upload_failed_halfway": uploads.failed_card(
        NAMES,
        "acme/if-a",
        "U1",
        "Hugging Face refused this: “no”. No file changed.",
        ["API_KEY", "DB"],
    ),
    "upload_outcome_unknown": uploads.outcome_unknown_card(
        NAMES, "acme/if-a", "U1", "It may have been done: look.", ["API_KEY"]
    ),
    "upload_unchanged": uploads.unchanged_card(
        NAMES, "acme/if-a", 2, "U1", UploadProgress(["API_KEY"], clashing_keys=["DB"])
    ),
    "upload_interrupted": uploads.interrupted_card(),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"forms/{name}", MESSAGES[name])
