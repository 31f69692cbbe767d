"""Files from Slack into a Space: downloaded, checked, committed and followed, or rejected."""

from io import BytesIO
from threading import Event, Thread
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot import uploads
from bot.errors import HubError, HubForbidden, HubUnavailable, OutcomeUnknown, Unauthorized
from bot.model import Source
from bot.service import Bot
from bot.uploads import MB
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.faults import Killed, with_hub_fault, with_slack_fault
from tests.requests import filled_form, last_reply, open_form, send_command, share, submit_upload

SECRET = {"SPACEBOT_SECRET_API_KEY": "swordfish"}


@pytest.fixture(autouse=True)
def fleet(hub: FakeHub) -> None:
    hub.set(team_a="RUNNING", team_b="SLEEPING")


def zipped(**files: bytes) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def test_files_become_one_commit_and_the_build_is_followed_to_its_end(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    submit_upload(bot, slack, share(slack, app_py=b"print()", data_csv=b""))

    assert hub.commits == [("acme/team-a", {"app.py": b"print()", "data.csv": b""}, "Fix it")]
    (card,) = slack.cards
    assert card.text == "Uploading 2 files to team-a · requested by <@UTA>"
    assert "/commit/" in str(card.message.blocks)
    for stage in ("BUILDING", "RUNNING"):
        hub.set(team_a=stage)
        clock.tick(seconds=5)
        bot.advance()
        bot.deliver()

    assert [c.text for c in slack.cards] == [
        "Uploaded 2 files to team-a (10 s) · requested by <@UTA>"
    ]
    assert "/commit/" in str(card.message.blocks)
    assert len(slack.replies) == 1


def test_failed_build_is_shown_on_the_card(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    submit_upload(bot, slack, share(slack, app_py=b"print("))
    clock.tick(seconds=5)
    bot.advance()
    hub.put("acme/team-a", "BUILD_ERROR", error="SyntaxError: '(' was never closed")
    clock.tick(seconds=5)
    bot.advance()
    bot.deliver()

    assert "was never closed" in str(slack.cards[0].message.blocks)


def test_a_zip_alone_is_unpacked_into_the_folder(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    files = share(slack, site_zip=zipped(app_py=b"1", src__a_txt=b"2"))
    submit_upload(bot, slack, files, folder="/demo/")

    assert hub.commits[0][1] == {"demo/app.py": b"1", "demo/src/a.txt": b"2"}


def test_zip_is_kept_on_request(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    content = zipped(app_py=b"1")
    submit_upload(bot, slack, share(slack, site_zip=content), unpack="")

    assert hub.commits[0][1] == {"site.zip": content}


def test_missing_secret_is_in_the_form_and_set_before_the_commit(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    bot = make_bot(**SECRET, SPACEBOT_SECRET_THERE="x")
    hub.secret_values = {"acme/team-a": {"THERE": "x"}}

    submit_upload(bot, slack, share(slack, app_py=b"1"))

    (form,) = slack.open_forms.values()
    assert "Missing `API_KEY`: set before the upload." in str(form)
    assert [what for what, _ in hub.writes] == ["set_secret API_KEY", "commit"]
    assert hub.secret_values["acme/team-a"] == {"THERE": "x", "API_KEY": "swordfish"}
    assert "swordfish" not in str(slack)


def test_form_opens_without_the_list_of_secrets(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    bot = make_bot(**SECRET)
    hub.errors_by_space = {"acme/team-a": HubError("The Hub Slack refused.")}

    open_form(bot, slack, "upload team-a", "UTA")

    assert "Set before the upload if missing: `API_KEY`." in str(slack.open_forms)


def test_failed_secret_stops_the_commit(make_bot: MakeBot, hub: FakeHub, slack: FakeSlack) -> None:
    bot = make_bot(**SECRET)
    files = share(slack, app_py=b"1")
    fail = HubError("The Hub Slack refused.")

    def refuse(id: str, key: str, value: str) -> None:
        raise fail

    hub.set_secret = refuse  # type: ignore[method-assign]
    submit_upload(bot, slack, files)

    assert hub.commits == []
    assert [card.text for card in slack.cards] == ["Upload to team-a failed"]
    assert "The Hub Slack refused." in str(slack.cards[0].message.blocks)


# Forbidden files and the reply; nothing is changed, nothing posted to the channel.
@pytest.mark.parametrize(
    ("files", "values", "part"),
    [
        ({"film_mp4": b"x"}, {"announced": "209715200"}, "200 MB in total"),
        ({"a_zip": zipped(evil=b"1")[:-4]}, {}, "can't be unpacked"),
        ({"a_zip": zipped(a=bytes(30 * MB))}, {}, "nothing was uploaded"),
        ({"a_zip": zipped(**{"..__evil": b"1"})}, {}, "outside the repository"),
        ({"README_md": b"\xff\xfe"}, {}, "isn't UTF-8"),
        ({}, {}, "no files in that"),
        ({"a_py": b"1"}, {"folder": "../x"}, "outside the repository"),
    ],
)
def test_upload_is_rejected_with_a_reason(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    files: dict[str, bytes],
    values: dict[str, str],
    part: str,
) -> None:
    ids = share(slack, **files)
    if "announced" in values:
        slack.reported_sizes = dict.fromkeys(ids, int(values["announced"]))

    submit_upload(bot, slack, ids, **values)

    assert part in str(slack.ephemeral_messages[-1][1].blocks)
    assert (hub.writes, slack.cards) == ([], [])


def test_too_large_file_is_not_downloaded(bot: Bot, slack: FakeSlack) -> None:
    ids = share(slack, a=b"1", b=b"2")
    slack.reported_sizes = dict.fromkeys(ids, 26 * MB)

    submit_upload(bot, slack, ids)

    assert slack.downloads == []


@pytest.mark.parametrize(
    ("absent", "part"),
    [
        ("external", "app.py is stored elsewhere; Slack only has its address"),
        ("tombstone", "app.py was deleted from Slack"),
        (
            "hidden_by_limit",
            ("app.py is hidden by Slack: it's too old for this workspace's plan"),
        ),
        ("unseen", "I can't see app.py, so nothing was uploaded. Share it in a channel I'm in, or"),
        ("canvas", "app.py is a canvas, not a file, so nothing was uploaded. Download it"),
        ("list", "app.py is a list, not a file, so nothing was uploaded. Export it as CSV"),
        ("unknown", "app.py is listed in Slack without its content"),
    ],
)
def test_file_without_content_never_empties_a_space_file(
    bot: Bot, hub: FakeHub, slack: FakeSlack, absent: str, part: str
) -> None:
    ids = share(slack, a_py=b"1", app_py=b"")
    slack.unavailable_files = {"Fapp_py": absent}

    submit_upload(bot, slack, ids)

    assert part in last_reply(slack)
    assert "share" in last_reply(slack).casefold(), "it says what to do"
    assert (hub.commits, slack.downloads, slack.cards) == ([], [], [])


def test_unexpectedly_empty_download_is_rejected(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    ids = share(slack, app_py=b"")
    slack.reported_sizes = dict.fromkeys(ids, 5)

    submit_upload(bot, slack, ids)

    assert "returned nothing for app.py" in last_reply(slack)
    assert hub.commits == []


def test_empty_file_needs_a_reported_size_of_zero(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    submit_upload(bot, slack, share(slack, empty_txt=b""))

    assert slack.downloads == ["Fempty_txt"]
    assert hub.commits[0][1] == {"empty.txt": b""}


def test_download_larger_than_reported_is_rejected(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    ids = share(slack, a=bytes(uploads.MAX_BYTES // 2), b=bytes(uploads.MAX_BYTES))
    slack.reported_sizes = dict.fromkeys(ids, 5)

    submit_upload(bot, slack, ids)

    assert "larger than Slack reported" in last_reply(slack)
    assert hub.commits == []


def test_hub_error_about_the_readme_is_shown(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.card_error = HubError("The Hub refused the request: “sdk must be one of …”.")
    submit_upload(bot, slack, share(slack, README_md=b"---\nsdk: nonsense\n---\n"))

    assert "must be one of" in last_reply(slack)
    assert (hub.commits, slack.cards) == ([], [])


def test_failed_commit_is_shown_on_the_card(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    files = share(slack, app_py=b"1")
    hub.errors_by_space = {"acme/team-a": HubUnavailable("Hugging Face isn't responding.")}

    submit_upload(bot, slack, files)

    assert [card.text for card in slack.cards] == ["Upload to team-a failed"]
    assert hub.commits == []


def test_interrupted_upload_is_shown_on_its_card(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    with pytest.raises(Killed):
        submit_upload(with_hub_fault(bot, "before commit"), slack, share(slack, app_py=b"1"))
    clock.tick(minutes=3)
    bot.sweep()
    bot.deliver()
    told_early = [card.text for card in slack.cards if "pload" in card.text]
    clock.tick(minutes=2)
    bot.sweep()
    bot.deliver()

    assert told_early == ["Uploading 1 file to team-a"], "an upload may take its time"
    assert "An upload was interrupted" in [card.text for card in slack.cards]
    assert "I was restarted during “upload team-a”" in last_reply(slack)


def test_upload_interrupted_during_download_is_reported_soon(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    files = share(slack, a_py=b"1", b_py=b"2")
    slow = with_slack_fault(
        bot, "before download", lambda: clock.tick(minutes=1), is_permanent=True
    )
    with pytest.raises(Killed):
        submit_upload(with_slack_fault(slow, "before download", nth=1), slack, files)
    cards = [_run_rounds(bot, slack, clock, minutes=n) for n in (2, 3)]

    assert ["I was restarted" in text for text in cards] == [False, True]


def _run_rounds(bot: Bot, slack: FakeSlack, clock: FakeClock, minutes: int) -> str:
    clock.tick(minutes=minutes)
    bot.sweep()
    return last_reply(slack)


def test_upload_replies_at_once_and_the_card_shows_progress(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(**SECRET, SPACEBOT_SECRET_DB="x")
    calls: list[str] = []

    def record() -> None:
        clock.tick(seconds=5)  # a card is edited at intervals
        bot.deliver()
        calls.append(f"{last_reply(slack)} {[card.message.blocks[-1] for card in slack.cards]}")

    watched = with_slack_fault(bot, "before attachment", record, is_permanent=True)
    for point in ("before set_secret", "before commit"):
        watched = with_hub_fault(watched, point, record, is_permanent=True)
    submit_upload(watched, slack, share(slack, app_py=b"1"))

    fetching, first, second, committing = calls
    assert fetching == "Fetching 1 file for team-a… []"
    assert "Setting `API_KEY`" in first
    assert ":key: Set: `API_KEY`. Setting `DB`" in second
    assert ":key: Set: `API_KEY`, `DB`. Committing" in committing
    assert len(slack.cards) == 1


def test_upload_waiting_for_another_is_reported(bot: Bot, slack: FakeSlack) -> None:
    files = share(slack, app_py=b"1")
    notified = Event()
    other = with_slack_fault(bot, "after post_ephemeral", notified.set, is_permanent=True)
    second = Thread(target=submit_upload, args=(other, slack, files))

    def start_second() -> None:
        second.start()
        assert notified.wait(20)

    submit_upload(with_slack_fault(bot, "before attachment", start_second), slack, files)
    second.join(20)

    assert "Waiting for another upload, then fetching 1 file" in slack.ephemeral_messages[1][1].text


REFUSED = HubForbidden(
    "The token isn't allowed to do this: “no”.",
    effect="Nothing changed.",
    next_step="Give it more.",
)
AWAY = HubUnavailable("The Hub cannot be reached.", effect="Nothing was done.")


@pytest.mark.parametrize(
    ("refused", "error", "said"),
    [
        ("commit", REFUSED, "isn't allowed to do this: “no”. No file changed. Give it more."),
        (
            "set_secret DB",
            REFUSED,
            "DB: The token isn't allowed to do this: “no”. No file changed.",
        ),
        # The list shows the Space, so the token is to blame.
        ("commit", Unauthorized("Can't find it."), "HF_TOKEN can see this Space, but isn't"),
        # A read between the secrets and the commit fails.
        ("head", AWAY, "The Hub cannot be reached. No file changed."),
    ],
)
def test_secrets_set_before_a_rejection_are_reported(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, refused: str, error: HubError, said: str
) -> None:
    bot = make_bot(**SECRET, SPACEBOT_SECRET_DB="x")
    hub.errors_by_call = {refused: error}

    submit_upload(bot, slack, share(slack, app_py=b"1"))

    card_text = str(slack.cards[0].message.blocks)
    assert slack.cards[0].text == "Upload to team-a failed"
    assert "Already set: `API_KEY`" in card_text
    assert said in card_text
    assert "Nothing was" not in card_text


def test_unanswered_commit_is_followed_if_it_arrived(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.lost_answers = {"acme/team-a"}
    submit_upload(bot, slack, share(slack, app_py=b"1"))
    under_way = slack.cards[0].text
    assert "answer to the commit was lost" in str(slack.cards[0].message.blocks)
    clock.tick(seconds=5)
    bot.advance()
    hub.set(team_a="RUNNING")
    clock.tick(seconds=5)
    bot.advance()
    bot.deliver()

    assert under_way == "Uploading 1 file to team-a · requested by <@UTA>"
    assert [c.text for c in slack.cards] == [
        "Uploaded 1 file to team-a (10 s) · requested by <@UTA>"
    ]
    assert len(hub.commits) == 1


@pytest.mark.parametrize("silent", [False, True], ids=["the same head", "no head"])
def test_unverifiable_commit_is_not_called_failed(
    bot: Bot, hub: FakeHub, slack: FakeSlack, silent: bool
) -> None:
    def lose_call() -> None:
        hub.outage = HubUnavailable("Hugging Face isn't responding.") if silent else None
        raise OutcomeUnknown("No answer came. It may have been done: look before you try again.")

    submit_upload(with_hub_fault(bot, "before commit", lose_call), slack, share(slack, app_py=b"1"))

    assert [card.text for card in slack.cards] == ["Upload to team-a: no answer"]
    assert "look before you try again" in str(slack.cards[0].message.blocks)


def test_message_shortcut_asks_for_the_space(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    ids = share(slack, app_py=b"1", b_py=b"2")
    id = open_form(bot, slack, "upload", "UTA", source=Source.SHORTCUT, files=ids)
    text = str(slack.open_forms[id])

    ask = filled_form(slack, id, "UTA", space="acme/team-b", folder="", message="", unpack="yes")
    assert bot.check_form(ask) == {}
    bot.ask(ask)

    assert "2 files of that message" in text
    assert hub.commits == [("acme/team-b", {"app.py": b"1", "b.py": b"2"}, "Upload from Slack")]


def test_form_with_many_spaces_has_a_text_field(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(**{f"team_{n}": "RUNNING" for n in range(120)})
    id = open_form(bot, slack, "upload", "UTA", source=Source.SHORTCUT)

    ask = filled_form(slack, id, "UTA", space="team-x", folder="", message="", unpack="")
    bot.ask(ask)

    assert "plain_text_input" in str(slack.open_forms[id]["blocks"][1])
    assert "team-x" in last_reply(slack)


def test_form_errors_are_shown_in_the_form(bot: Bot, slack: FakeSlack) -> None:
    id = open_form(bot, slack, "upload team-a", "UTA")

    wrong = bot.check_form(filled_form(slack, id, "UTA", files="", folder="../x"))

    assert wrong["files"] == "Choose at least one file."
    assert "outside the repository" in wrong["folder"]


def test_mention_with_files_explains_uploads(bot: Bot, slack: FakeSlack) -> None:
    send_command(bot, "upload team-a", source=Source.MENTION, files=("F1",))

    assert "Choose them again in it" in str(slack.ephemeral_messages[-1][1].blocks)


NOT_STARTED = (
    "Committed. Hugging Face hasn't started building it; the old version is still serving."
)


def test_old_running_version_is_not_called_deployed(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/team-a", "RUNNING", sha="0" * 40)
    submit_upload(bot, slack, share(slack, app_py=b"1"))
    hub.put("acme/team-a", "RUNNING", sha="0" * 40)
    for _ in range(7):
        clock.tick(seconds=15)
        bot.advance()
        bot.deliver()
    waiting = slack.cards[0]
    assert waiting.text == "Uploading 1 file to team-a · requested by <@UTA>"
    assert NOT_STARTED in str(waiting.message.blocks)
    assert slack.replies == []

    hub.put("acme/team-a", "RUNNING", sha=f"{1:040}")
    clock.tick(seconds=15)
    bot.advance()
    bot.deliver()

    assert slack.cards[0].text == "Uploaded 1 file to team-a (2 min) · requested by <@UTA>"
    assert NOT_STARTED not in str(slack.cards[0].message.blocks)


def test_commit_without_a_build_ends_with_a_note(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    submit_upload(bot, slack, share(slack, app_py=b"1"))
    hub.put("acme/team-a", "RUNNING", sha="0" * 40)
    for _ in range(20):
        clock.tick(minutes=1)
        bot.advance()
        bot.deliver()

    assert slack.cards[0].text.startswith("Uploaded 1 file to team-a, but")
    assert f"{NOT_STARTED} I stopped watching" in str(slack.cards[0].message.blocks)
    assert len(slack.replies) == 1


def test_list_without_a_commit_reads_the_space(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    submit_upload(bot, slack, share(slack, app_py=b"1"))
    hub.put("acme/team-a", "RUNNING", sha=f"{1:040}")
    hub.lists_commits = False
    hub.calls.clear()
    clock.tick(seconds=5)
    bot.advance()
    bot.deliver()

    assert [call for call in hub.calls if call.startswith("runtime")] == ["runtime acme/team-a"]
    assert slack.cards[0].text == "Uploaded 1 file to team-a (5 s) · requested by <@UTA>"


def test_upload_without_changes_says_so(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(**SECRET)
    submit_upload(bot, slack, share(slack, app_py=b"1"))
    hub.set(team_a="RUNNING")
    clock.tick(seconds=5)
    bot.advance()
    submit_upload(bot, slack, share(slack, app_py=b"1"))

    assert len(hub.commits) == 1
    assert slack.cards[1].text == "Nothing to upload: team-a already has this file"
    assert len(slack.cards) == 2


def test_secrets_set_by_an_upload_without_changes_are_reported(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    submit_upload(make_bot(), slack, share(slack, app_py=b"1"))
    submit_upload(make_bot(**SECRET), slack, share(slack, app_py=b"1"))

    assert "Already set: `API_KEY`" in str(slack.cards[1].message.blocks)
    assert len(hub.commits) == 1


def test_a_lost_answer_is_followed_by_the_commit_that_arrived(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.lost_answers = {"acme/team-a"}
    submit_upload(bot, slack, share(slack, app_py=b"1"))
    hub.put("acme/team-a", "RUNNING", sha="0" * 40)
    clock.tick(minutes=2)
    bot.advance()
    bot.deliver()
    assert slack.cards[0].text == "Uploading 1 file to team-a · requested by <@UTA>"

    hub.set(team_a="RUNNING")
    clock.tick(seconds=5)
    bot.advance()
    bot.deliver()
    assert slack.cards[0].text.startswith("Uploaded 1 file to team-a (")
