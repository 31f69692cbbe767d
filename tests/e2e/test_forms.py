"""Forms from the tap to the Hub: a real bot, a Slack and a Hub in the sandbox."""

import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot.sandbox.hub.seed import classroom
from bot.sandbox.slack.nouns import Message, View
from bot.sandbox.slack.rooms import OPS
from tests.e2e.house import QUICK, House, house

TEAM = "ifcore-org/ifcore-team-{}"
MB = 1024 * 1024


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of our own: what is deleted here is gone."""
    folder = tmp_path_factory.mktemp("forms")
    with house(folder, classroom(pace=QUICK), SPACEBOT_SECRET_API_KEY="swordfish") as home:
        home.start()
        home.said_first()
        yield home
        assert "Traceback" not in home.bots[0].said


def zipped(**files: bytes) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def opened(home: House, title: str) -> View:
    view = home.until(lambda: home.sandbox.ta.view)
    assert view is not None
    assert view.title == title
    return view


def heard(home: House, words: str) -> Message:
    """Wait for what only the assistant sees."""

    def found() -> Message | None:
        told = home.whispers(home.sandbox.ta.id)
        return next((m for m in told if words in f"{m.text} {m.blocks}"), None)

    message = home.until(found)
    assert message is not None
    return message


def upload(home: House, team: str, *files: str, **answers: object) -> None:
    home.sandbox.ta.type(OPS.id, f"/space upload {team}")
    view = opened(home, "Upload to a Space")
    home.sandbox.ta.submit(view, {"files": list(files), **answers})
    home.until(lambda: home.sandbox.ta.view is None)


def test_files_arrive_in_one_commit_and_the_card_follows_the_build(home: House) -> None:
    space = TEAM.format("a")
    ta = home.sandbox.ta
    before = home.world.files(space)
    ta.type(OPS.id, "/space upload team-a")
    opened(home, "Upload to a Space")
    home.until(lambda: ta.view and "It lacks `API_KEY`" in str(ta.view.blocks))
    view = opened(home, "Upload to a Space")
    files = [ta.attach("notes.txt", b""), ta.attach("app ä.py", b"print()")]
    ta.submit(view, {"files": files, "folder": "/demo/", "message": "Try it"})

    begun = home.until(lambda: home.said("^Uploading"))
    home.until(lambda: home.said("^Upload: 1 of 1 in place"))

    (ended,) = home.said("^Upload")
    assert ended.ts == begun[0].ts, "one card tells all of it"
    commit = re.search(r"/commit/([0-9a-f]{40})", str(ended.blocks))
    with home.world.open(space) as found:
        assert commit
        assert (commit[1], found.repo.commits[-1].summary) == (found.repo.head, "Try it")
        assert "API_KEY" in found.secrets
    assert home.world.files(space) == {
        **before,
        "demo/notes.txt": b"",
        "demo/app ä.py": b"print()",
    }


def test_a_zip_is_unpacked_from_the_menu_of_a_message(home: House) -> None:
    ta, before = home.sandbox.ta, len(home.said("^Upload: 1 of 1 in place"))
    file = ta.attach("site.zip", zipped(app_py=b"1", a__b__c_txt=b"2"))
    ta.type(OPS.id, "my work", files=[file])
    ta.shortcut("upload_files", ta.waits_for(OPS.id, "my work"))
    view = opened(home, "Upload to a Space")
    ta.submit(view, {"space": TEAM.format("c")})
    home.until(lambda: len(home.said("^Upload: 1 of 1 in place")) > before)

    files = home.world.files(TEAM.format("c"))
    assert (files["app.py"], files["a/b/c.txt"]) == (b"1", b"2")
    assert "site.zip" not in files


# (file, content, what the person hears); nothing is changed
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bomb.zip", zipped(zeros=bytes(40 * MB)), "would unpack from"),
        ("evil.zip", zipped(**{"..__evil": b"1"}), "leads out of the repository"),
        ("film.mp4", bytes(200 * MB), "200 MB together and I take 50 MB"),
        ("README.md", b"---\nsdk: nonsense\n---\n", "must be one of"),
    ],
    ids=["bomb", "way out", "200 MB", "bad card"],
)
def test_what_may_not_be_uploaded_is_refused_in_words(
    home: House, name: str, content: bytes, words: str
) -> None:
    space = TEAM.format("e")
    with home.world.open(space) as found:
        before = found.repo.head

    upload(home, "team-e", home.sandbox.ta.attach(name, content))

    heard(home, words)
    with home.world.open(space) as found:
        assert found.repo.head == before


def test_a_form_says_what_is_wrong_and_stays_open(home: House) -> None:
    ta = home.sandbox.ta
    ta.type(OPS.id, "/space upload team-e")
    view = opened(home, "Upload to a Space")
    home.until(lambda: ta.view and "It lacks" in str(ta.view.body))  # it has grown, and stays so
    ta.submit(view, {"files": [ta.attach("a.py", b"1")], "folder": "../x"})

    home.until(lambda: ta.view and "outside the repository" in ta.view.errors.get("folder", ""))
    ta.close(view)


def test_a_space_is_deleted_once_its_id_is_typed(home: House) -> None:
    lead, space = home.sandbox.lead, TEAM.format("l")
    lead.type(OPS.id, "/space delete team-l")
    view = lead.waits_for_view("Delete a Space")
    lead.submit(view, {"id": "team-l"})
    home.until(lambda: lead.view and "Nothing was deleted" in lead.view.errors.get("id", ""))
    assert space in home.world.restarts
    lead.submit(view, {"id": space})

    home.until(lambda: home.said("^Deleted team-l, for ever$"))
    assert space not in home.world.restarts


def test_a_secret_set_by_two_thumbs_is_set_once(home: House) -> None:
    lead = home.sandbox.lead
    lead.type(OPS.id, "/space secret set team-a THUMBS")
    view = lead.waits_for_view("Set a secret")
    home.sandbox.slack.deliver_twice()
    lead.submit(view, {"value": "swordfish"})

    home.until(lambda: home.said("^Secret THUMBS set on team-a$"))
    home.sweeps(2)
    assert len(home.said("^Secret THUMBS")) == 1
    assert sum(call.name == "set-secret" for call in list(home.world.calls)) <= 3


def test_a_mention_offers_the_button_that_opens_the_form(home: House) -> None:
    lead = home.sandbox.lead
    lead.type(OPS.id, "@spacebot variable set team-a MODE exam")
    offer = lead.waits_for(OPS.id, "Set a variable: tap to open the form")
    lead.click(offer, "Open the form")
    view = lead.waits_for_view("Set a variable")
    lead.submit(view)

    home.until(lambda: home.said("^Variable MODE set on team-a$"))
    with home.world.open(TEAM.format("a")) as space:
        assert space.variables["MODE"].value == "exam"
