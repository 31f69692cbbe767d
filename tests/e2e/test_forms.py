"""Forms from the click to the Hub: a real bot, with Slack and the Hub in the sandbox."""

import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot.sandbox.hub.seed import classroom
from bot.sandbox.slack.directory import OPS
from bot.sandbox.slack.model import Message, View
from tests.e2e.environment import FAST_DURATIONS, Environment, open_environment

TEAM = "ifcore-org/ifcore-team-{}"
MB = 1024 * 1024


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """An own environment, because these tests delete Spaces."""
    folder = tmp_path_factory.mktemp("forms")
    with open_environment(
        folder, classroom(durations=FAST_DURATIONS), SPACEBOT_SECRET_API_KEY="swordfish"
    ) as env:
        env.start()
        env.wait_for_initial_scan()
        yield env
        assert "Traceback" not in env.bots[0].output


def zipped(**files: bytes) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def wait_for_form(env: Environment, title: str) -> View:
    view = env.wait_until(lambda: env.sandbox.ta.view)
    assert view is not None
    assert view.title == title
    return view


def wait_for_ephemeral(env: Environment, text: str) -> Message:
    """Wait for an ephemeral message of the assistant."""

    def find_message() -> Message | None:
        messages = env.ephemeral_messages(env.sandbox.ta.id)
        return next((m for m in messages if text in f"{m.text} {m.blocks}"), None)

    message = env.wait_until(find_message)
    assert message is not None
    return message


def open_upload_form(env: Environment, team: str, *files: str, **answers: object) -> None:
    env.sandbox.ta.type(OPS.id, f"/space upload {team}")
    view = wait_for_form(env, "Upload to a Space")
    env.sandbox.ta.submit(view, {"files": list(files), **answers})
    env.wait_until(lambda: env.sandbox.ta.view is None)


def test_files_arrive_in_one_commit_and_the_card_follows_the_build(env: Environment) -> None:
    space = TEAM.format("a")
    ta = env.sandbox.ta
    before = env.world.files(space)
    ta.type(OPS.id, "/space upload team-a")
    wait_for_form(env, "Upload to a Space")
    env.wait_until(lambda: ta.view and "Missing `API_KEY`" in str(ta.view.blocks))
    view = wait_for_form(env, "Upload to a Space")
    files = [ta.attach("notes.txt", b""), ta.attach("app ä.py", b"print()")]
    ta.submit(view, {"files": files, "folder": "/demo/", "message": "Try it"})

    begun = env.wait_until(lambda: env.bot_messages("^Uploading"))
    env.wait_until(lambda: env.bot_messages("^Uploaded . files? to team-"))

    (ended,) = env.bot_messages("^Upload")
    assert ended.ts == begun[0].ts, "one card tells all of it"
    commit = re.search(r"/commit/([0-9a-f]{40})", str(ended.blocks))
    with env.world.open(space) as found:
        assert commit
        assert (commit[1], found.repo.commits[-1].summary) == (found.repo.head, "Try it")
        assert "API_KEY" in found.secrets
    assert env.world.files(space) == {
        **before,
        "demo/notes.txt": b"",
        "demo/app ä.py": b"print()",
    }


def test_a_zip_is_unpacked_from_the_menu_of_a_message(env: Environment) -> None:
    ta, before = env.sandbox.ta, len(env.bot_messages("^Uploaded . files? to team-"))
    file = ta.attach("site.zip", zipped(app_py=b"1", a__b__c_txt=b"2"))
    ta.type(OPS.id, "my work", files=[file])
    ta.shortcut("upload_files", ta.wait_for_message(OPS.id, "my work"))
    view = wait_for_form(env, "Upload to a Space")
    ta.submit(view, {"space": TEAM.format("c")})
    env.wait_until(lambda: len(env.bot_messages("^Uploaded . files? to team-")) > before)

    files = env.world.files(TEAM.format("c"))
    assert (files["app.py"], files["a/b/c.txt"]) == (b"1", b"2")
    assert "site.zip" not in files


# (the file, its content, the reply to the person); nothing is changed
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bomb.zip", zipped(zeros=bytes(40 * MB)), "would unpack from"),
        ("evil.zip", zipped(**{"..__evil": b"1"}), "outside the repository"),
        ("film.mp4", bytes(200 * MB), "200 MB in total; the limit is 50 MB"),
        ("README.md", b"---\nsdk: nonsense\n---\n", "must be one of"),
    ],
    ids=["bomb", "way out", "200 MB", "bad card"],
)
def test_forbidden_upload_is_rejected_with_a_reason(
    env: Environment, name: str, content: bytes, words: str
) -> None:
    space = TEAM.format("e")
    with env.world.open(space) as found:
        before = found.repo.head

    open_upload_form(env, "team-e", env.sandbox.ta.attach(name, content))

    wait_for_ephemeral(env, words)
    with env.world.open(space) as found:
        assert found.repo.head == before


def test_invalid_form_stays_open_with_its_errors(env: Environment) -> None:
    ta = env.sandbox.ta
    ta.type(OPS.id, "/space upload team-e")
    view = wait_for_form(env, "Upload to a Space")
    env.wait_until(lambda: ta.view and "Missing" in str(ta.view.body))  # the added field stays
    ta.submit(view, {"files": [ta.attach("a.py", b"1")], "folder": "../x"})

    env.wait_until(lambda: ta.view and "outside the repository" in ta.view.errors.get("folder", ""))
    ta.close(view)


def test_a_space_is_deleted_once_its_id_is_typed(env: Environment) -> None:
    lead, space = env.sandbox.lead, TEAM.format("l")
    lead.type(OPS.id, "/space delete team-l")
    view = lead.wait_for_view("Delete a Space")
    lead.submit(view, {"id": "team-l"})
    env.wait_until(lambda: lead.view and "Nothing was deleted" in lead.view.errors.get("id", ""))
    assert space in env.world.restarts
    lead.submit(view, {"id": space})

    env.wait_until(lambda: env.bot_messages("^Deleted team-l$"))
    assert space not in env.world.restarts


def test_double_submitted_secret_is_set_once(env: Environment) -> None:
    lead = env.sandbox.lead
    lead.type(OPS.id, "/space secret set team-a THUMBS")
    view = lead.wait_for_view("Set a secret")
    env.sandbox.slack.deliver_twice()
    lead.submit(view, {"value": "swordfish"})

    env.wait_until(lambda: env.bot_messages("^Secret THUMBS set on team-a$"))
    env.wait_for_sweeps(2)
    assert len(env.bot_messages("^Secret THUMBS")) == 1
    assert sum(call.name == "set-secret" for call in list(env.world.calls)) <= 3


def test_a_mention_offers_the_button_that_opens_the_form(env: Environment) -> None:
    lead = env.sandbox.lead
    lead.type(OPS.id, "@spacebot variable set team-g MODE exam")
    offer = lead.wait_for_message(OPS.id, "Set a variable: tap to open the form")
    lead.click(offer, "Open the form")
    view = lead.wait_for_view("Set a variable")
    lead.submit(view)

    env.wait_until(lambda: env.bot_messages("^Set variable MODE on team-g"))
    with env.world.open(TEAM.format("g")) as space:
        assert space.variables["MODE"].value == "exam"
