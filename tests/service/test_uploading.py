"""Files from Slack into a Space: fetched, judged, committed, followed; or refused in words."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from threading import Event, Thread, current_thread
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot import uploads
from bot.errors import HubError, HubUnavailable, Refused, Unanswered
from bot.model import Source
from bot.service import Bot
from bot.uploads import MB
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.service.test_asking import heard, say
from tests.service.test_forms import filled, open_form

SECRET = {"SPACEBOT_SECRET_API_KEY": "swordfish"}


@pytest.fixture(autouse=True)
def fleet(hub: FakeHub) -> None:
    hub.set(team_a="RUNNING", team_b="SLEEPING")


def share(slack: FakeSlack, **files: bytes) -> tuple[str, ...]:
    """Put files into Slack, `app_py=b"…"`; return their ids."""
    for name, content in files.items():
        slack.shared[f"F{name}"] = (name.replace("_", "."), content)
    return tuple(f"F{name}" for name in files)


def put(bot: Bot, slack: FakeSlack, files: tuple[str, ...], **values: str) -> None:
    """Fill in the form for team-a, with everything that an operator would leave as it is."""
    id = open_form(bot, slack, "upload team-a", "UTA")
    ask = filled(slack, id, "UTA", folder="", message="Fix it", unpack="yes")
    bot.ask(replace(ask, files=files, values={**ask.values, **values}))
    bot.deliver()


def zipped(**files: bytes) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def test_files_become_one_commit_and_the_build_is_followed_to_its_end(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    put(bot, slack, share(slack, app_py=b"print()", data_csv=b""))

    assert hub.commits == [("acme/team-a", {"app.py": b"print()", "data.csv": b""}, "Fix it")]
    (card,) = slack.cards
    assert card.text == "Uploading to 1 Space"
    assert "/commit/" in str(card.message.blocks)
    for stage in ("BUILDING", "RUNNING"):
        hub.set(team_a=stage)
        clock.tick(seconds=5)
        bot.advance()
        bot.deliver()

    assert [c.text for c in slack.cards] == ["Upload: 1 of 1 in place after 10 s"]
    assert "/commit/" in str(card.message.blocks)
    assert len(slack.replies) == 1


def test_a_build_that_breaks_is_told_on_the_card(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    put(bot, slack, share(slack, app_py=b"print("))
    clock.tick(seconds=5)
    bot.advance()
    hub.put("acme/team-a", "BUILD_ERROR", error="SyntaxError: '(' was never closed")
    clock.tick(seconds=5)
    bot.advance()
    bot.deliver()

    assert "was never closed" in str(slack.cards[0].message.blocks)


def test_a_zip_alone_is_unpacked_into_the_folder(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    files = share(slack, site_zip=zipped(app_py=b"1", src__a_txt=b"2"))
    put(bot, slack, files, folder="/demo/")

    assert hub.commits[0][1] == {"demo/app.py": b"1", "demo/src/a.txt": b"2"}


def test_a_zip_stays_one_if_it_is_to(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    content = zipped(app_py=b"1")
    put(bot, slack, share(slack, site_zip=content), unpack="")

    assert hub.commits[0][1] == {"site.zip": content}


def test_a_missing_secret_is_told_in_the_form_and_set_before_the_commit(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    bot = make_bot(**SECRET, SPACEBOT_SECRET_THERE="x")
    hub.secret_values = {"acme/team-a": {"THERE": "x"}}

    put(bot, slack, share(slack, app_py=b"1"))

    (form,) = slack.forms.values()
    assert "It lacks `API_KEY`. I set it first." in str(form)
    assert [what for what, _ in hub.sent] == ["set_secret API_KEY", "commit"]
    assert hub.secret_values["acme/team-a"] == {"THERE": "x", "API_KEY": "swordfish"}
    assert "swordfish" not in str(slack)


def test_a_form_opens_although_the_hub_does_not_say_which_secrets_there_are(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    bot = make_bot(**SECRET)
    hub.refuses = {"acme/team-a": HubError("The Hub said no.")}

    open_form(bot, slack, "upload team-a", "UTA")

    assert "Of `API_KEY`, I set first what it lacks." in str(slack.forms)


def test_what_cannot_be_set_stops_the_commit(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    bot = make_bot(**SECRET)
    files = share(slack, app_py=b"1")
    fail = HubError("The Hub said no.")

    def refuse(id: str, key: str, value: str) -> None:
        raise fail

    hub.set_secret = refuse  # type: ignore[method-assign]
    put(bot, slack, files)

    assert hub.commits == []
    assert [card.text for card in slack.cards] == ["Upload to team-a failed"]
    assert "The Hub said no." in str(slack.cards[0].message.blocks)


# What nobody may upload, and what they hear; nothing is changed, and the channel hears nothing.
@pytest.mark.parametrize(
    ("files", "values", "part"),
    [
        ({"film_mp4": b"x"}, {"announced": "209715200"}, "200 MB together"),
        ({"a_zip": zipped(evil=b"1")[:-4]}, {}, "cannot be unpacked"),
        ({"a_zip": zipped(a=bytes(30 * MB))}, {}, "nothing was uploaded"),
        ({"a_zip": zipped(**{"..__evil": b"1"})}, {}, "leads out of the repository"),
        ({"README_md": b"\xff\xfe"}, {}, "not written in UTF-8"),
        ({}, {}, "no file in that"),
        ({"a_py": b"1"}, {"folder": "../x"}, "outside the repository"),
    ],
)
def test_is_refused_in_words(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    files: dict[str, bytes],
    values: dict[str, str],
    part: str,
) -> None:
    ids = share(slack, **files)
    if "announced" in values:
        slack.sizes = dict.fromkeys(ids, int(values["announced"]))

    put(bot, slack, ids, **values)

    assert part in str(slack.whispers[-1][1].blocks)
    assert (hub.sent, slack.cards) == ([], [])


def test_what_is_too_large_is_not_even_fetched(bot: Bot, slack: FakeSlack) -> None:
    ids = share(slack, a=b"1", b=b"2")
    slack.sizes = dict.fromkeys(ids, 26 * MB)

    put(bot, slack, ids)

    assert slack.downloads == []


@pytest.mark.parametrize(
    ("absent", "part"),
    [
        ("external", "app.py is kept elsewhere and Slack has only its address"),
        ("tombstone", "app.py was deleted from Slack"),
        ("hidden_by_limit", "app.py is too old for the plan of this workspace"),
        ("unseen", "I can't see app.py, so nothing was uploaded. Share it in a channel I'm in, or"),
        ("canvas", "app.py is a canvas, not a file, so nothing was uploaded. Download it"),
        ("list", "app.py is a list, not a file, so nothing was uploaded. Export it as CSV"),
        ("unknown", "app.py is listed in Slack without its content"),
    ],
)
def test_what_slack_does_not_hold_never_empties_a_file_of_the_space(
    bot: Bot, hub: FakeHub, slack: FakeSlack, absent: str, part: str
) -> None:
    ids = share(slack, a_py=b"1", app_py=b"")
    slack.absent = {"Fapp_py": absent}

    put(bot, slack, ids)

    assert part in heard(slack)
    assert "share" in heard(slack).casefold(), "it says what to do"
    assert (hub.commits, slack.downloads, slack.cards) == ([], [], [])


def test_a_file_that_arrives_empty_and_was_not_is_refused(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    ids = share(slack, app_py=b"")
    slack.sizes = dict.fromkeys(ids, 5)

    put(bot, slack, ids)

    assert "handed over nothing of app.py" in heard(slack)
    assert hub.commits == []


def test_an_empty_file_is_one_only_if_slacks_store_says_so(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    put(bot, slack, share(slack, empty_txt=b""))

    assert slack.downloads == ["Fempty_txt"]
    assert hub.commits[0][1] == {"empty.txt": b""}


def test_what_is_larger_than_announced_is_refused(
    bot: Bot, hub: FakeHub, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    ids = share(slack, a=b"12345", b=b"1234567890")
    slack.sizes = dict.fromkeys(ids, 5)

    put(bot, slack, ids)

    assert "longer than Slack said" in heard(slack)
    assert hub.commits == []


def test_the_hubs_complaint_about_a_card_is_shown(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.bad_card = HubError("The Hub refused the request: “sdk must be one of …”.")
    put(bot, slack, share(slack, README_md=b"---\nsdk: nonsense\n---\n"))

    assert "must be one of" in heard(slack)
    assert (hub.commits, slack.cards) == ([], [])


def test_a_commit_that_fails_is_told_on_the_card(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    files = share(slack, app_py=b"1")
    hub.refuses = {"acme/team-a": HubUnavailable("The Hub does not answer.")}

    put(bot, slack, files)

    assert [card.text for card in slack.cards] == ["Upload to team-a failed"]
    assert hub.commits == []


def test_a_bot_that_died_over_an_upload_says_so_on_its_card(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: Any) -> None:
        raise Killed

    hub.commit = die  # type: ignore[method-assign,assignment]
    with pytest.raises(Killed):
        put(bot, slack, share(slack, app_py=b"1"))
    clock.tick(minutes=3)
    bot.sweep()
    bot.deliver()
    told_early = [card.text for card in slack.cards if "pload" in card.text]
    clock.tick(minutes=2)
    bot.sweep()
    bot.deliver()

    assert told_early == ["Uploading 1 file to team-a"], "an upload may take its time"
    assert "An upload was interrupted" in [card.text for card in slack.cards]
    assert "I was stopped before I could say how “upload team-a” ended" in heard(slack)


def test_a_bot_that_died_while_it_fetched_says_so_soon(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    class Killed(BaseException):
        pass

    fetch = slack.download

    def die_over_the_second(file: Any, most: int) -> bytes:
        clock.tick(minutes=1)
        if file.id == "Fb_py":
            raise Killed
        return fetch(file, most)

    slack.download = die_over_the_second  # type: ignore[method-assign,assignment]
    with pytest.raises(Killed):
        put(bot, slack, share(slack, a_py=b"1", b_py=b"2"))
    told = [_swept(bot, slack, clock, minutes=n) for n in (2, 3)]

    assert ["I was stopped" in text for text in told] == [False, True]


def _swept(bot: Bot, slack: FakeSlack, clock: FakeClock, minutes: int) -> str:
    clock.tick(minutes=minutes)
    bot.sweep()
    return heard(slack)


def test_who_asked_hears_at_once_and_the_card_says_what_is_done_now(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(**SECRET, SPACEBOT_SECRET_DB="x")
    seen: list[str] = []

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        def look_first(*args: Any) -> Any:
            clock.tick(seconds=5)  # a card is not edited every moment
            bot.deliver()
            seen.append(f"{heard(slack)} {[card.message.blocks[-1] for card in slack.cards]}")
            return call(*args)

        return look_first

    slack.attachment = watched(slack.attachment)  # type: ignore[method-assign]
    hub.set_secret = watched(hub.set_secret)  # type: ignore[method-assign]
    hub.commit = watched(hub.commit)  # type: ignore[method-assign]
    put(bot, slack, share(slack, app_py=b"1"))

    fetching, first, second, committing = seen
    assert fetching == "Fetching 1 file for team-a… []"
    assert "Setting `API_KEY`" in first
    assert ":key: Set: `API_KEY`. Setting `DB`" in second
    assert ":key: Set: `API_KEY`, `DB`. Committing" in committing
    assert len(slack.cards) == 1


def test_who_waits_for_another_upload_is_told_so(bot: Bot, slack: FakeSlack) -> None:
    files = share(slack, app_py=b"1")
    attachment, whisper, told = slack.attachment, slack.whisper, Event()
    second = Thread(target=put, args=(bot, slack, files))

    def meanwhile(id: str) -> Any:
        if second.ident is None:
            second.start()
            assert told.wait(20)
        return attachment(id)

    def telling(*args: Any, **kwargs: Any) -> None:
        whisper(*args, **kwargs)
        if current_thread() is second:
            told.set()

    slack.attachment = meanwhile  # type: ignore[method-assign]
    slack.whisper = telling  # type: ignore[method-assign]
    put(bot, slack, files)
    second.join(20)

    assert "Another upload is under way; then I fetch 1 file" in slack.whispers[1][1].text


REFUSED = Refused(
    "The Hub does not let our token do this: “no”. Nothing was changed. Give it more."
)


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        ("commit", "let our token do this: “no”. No file was changed. Give it more."),
        ("set_secret DB", "DB: The Hub does not let our token do this: “no”. No file was changed."),
    ],
)
def test_what_was_set_before_a_refusal_is_told(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, refused: str, said: str
) -> None:
    bot = make_bot(**SECRET, SPACEBOT_SECRET_DB="x")
    hub.refuses_of = {refused: REFUSED}

    put(bot, slack, share(slack, app_py=b"1"))

    shown = str(slack.cards[0].message.blocks)
    assert slack.cards[0].text == "Upload to team-a failed"
    assert "Set before that: `API_KEY`" in shown
    assert said in shown
    assert "Nothing was changed" not in shown


def test_a_commit_whose_answer_was_lost_is_followed_if_it_arrived(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.unheard = {"acme/team-a"}
    put(bot, slack, share(slack, app_py=b"1"))
    under_way = slack.cards[0].text
    assert "answer to the commit was lost" in str(slack.cards[0].message.blocks)
    clock.tick(seconds=5)
    bot.advance()
    hub.set(team_a="RUNNING")
    clock.tick(seconds=5)
    bot.advance()
    bot.deliver()

    assert under_way == "Uploading to 1 Space"
    assert [c.text for c in slack.cards] == ["Upload: 1 of 1 in place after 10 s"]
    assert len(hub.commits) == 1


@pytest.mark.parametrize("silent", [False, True], ids=["the same head", "no head"])
def test_a_commit_without_an_answer_that_nobody_sees_is_not_called_failed(
    bot: Bot, hub: FakeHub, slack: FakeSlack, silent: bool
) -> None:
    def lose(*_: Any) -> None:
        hub.down = HubUnavailable("The Hub does not answer.") if silent else None
        raise Unanswered("No answer came. It may have been done: look before you try again.")

    hub.commit = lose  # type: ignore[method-assign,assignment]
    put(bot, slack, share(slack, app_py=b"1"))

    assert [card.text for card in slack.cards] == ["Upload to team-a: no answer"]
    assert "look before you try again" in str(slack.cards[0].message.blocks)


def test_the_menu_of_a_message_asks_which_space(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    ids = share(slack, app_py=b"1", b_py=b"2")
    id = open_form(bot, slack, "upload", "UTA", source=Source.SHORTCUT, files=ids)
    shown = str(slack.forms[id])

    ask = filled(slack, id, "UTA", space="acme/team-b", folder="", message="", unpack="yes")
    assert bot.check(ask) == {}
    bot.ask(ask)

    assert "2 files of that message" in shown
    assert hub.commits == [("acme/team-b", {"app.py": b"1", "b.py": b"2"}, "Upload from Slack")]


def test_of_very_many_spaces_the_name_is_typed(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(**{f"team_{n}": "RUNNING" for n in range(120)})
    id = open_form(bot, slack, "upload", "UTA", source=Source.SHORTCUT)

    ask = filled(slack, id, "UTA", space="team-x", folder="", message="", unpack="")
    bot.ask(ask)

    assert "plain_text_input" in str(slack.forms[id]["blocks"][1])
    assert "team-x" in heard(slack)


def test_what_is_wrong_with_the_form_is_said_in_it(bot: Bot, slack: FakeSlack) -> None:
    id = open_form(bot, slack, "upload team-a", "UTA")

    wrong = bot.check(filled(slack, id, "UTA", files="", folder="../x"))

    assert wrong["files"] == "There is no file yet. Choose at least one."
    assert "outside the repository" in wrong["folder"]


def test_a_mention_with_files_says_how_to_take_them_along(bot: Bot, slack: FakeSlack) -> None:
    say(bot, "upload team-a", source=Source.MENTION, files=("F1",))

    assert "choose them again in the form" in str(slack.whispers[-1][1].blocks)


NOT_STARTED = "Committed. The Hub hasn't started building it; the old version is still serving."


def test_the_old_version_that_serves_on_is_not_called_in_place(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/team-a", "RUNNING", sha="0" * 40)
    put(bot, slack, share(slack, app_py=b"1"))
    hub.put("acme/team-a", "RUNNING", sha="0" * 40)
    for _ in range(7):
        clock.tick(seconds=15)
        bot.advance()
        bot.deliver()
    waiting = slack.cards[0]
    assert waiting.text == "Uploading to 1 Space"
    assert NOT_STARTED in str(waiting.message.blocks)
    assert slack.replies == []

    hub.put("acme/team-a", "RUNNING", sha=f"{1:040}")
    clock.tick(seconds=15)
    bot.advance()
    bot.deliver()

    assert slack.cards[0].text == "Upload: 1 of 1 in place after 2 min"
    assert NOT_STARTED not in str(slack.cards[0].message.blocks)


def test_a_commit_that_is_never_built_ends_with_that_sentence(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    put(bot, slack, share(slack, app_py=b"1"))
    hub.put("acme/team-a", "RUNNING", sha="0" * 40)
    for _ in range(20):
        clock.tick(minutes=1)
        bot.advance()
        bot.deliver()

    assert slack.cards[0].text.startswith("Upload: 0 of 1 in place")
    assert f"{NOT_STARTED} I stopped watching" in str(slack.cards[0].message.blocks)
    assert len(slack.replies) == 1


def test_a_list_that_names_no_commit_is_asked_about_that_one_space(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bot, slack, share(slack, app_py=b"1"))
    hub.put("acme/team-a", "RUNNING", sha=f"{1:040}")
    fleet = hub.fleet
    monkeypatch.setattr(hub, "fleet", lambda owner: [replace(s, sha=None) for s in fleet(owner)])
    hub.calls.clear()
    clock.tick(seconds=5)
    bot.advance()
    bot.deliver()

    assert [call for call in hub.calls if call.startswith("runtime")] == ["runtime acme/team-a"]
    assert slack.cards[0].text == "Upload: 1 of 1 in place after 5 s"


def test_an_upload_that_changes_nothing_says_so(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(**SECRET)
    put(bot, slack, share(slack, app_py=b"1"))
    hub.set(team_a="RUNNING")
    clock.tick(seconds=5)
    bot.advance()
    put(bot, slack, share(slack, app_py=b"1"))

    assert len(hub.commits) == 1
    assert slack.cards[1].text == "Nothing to upload: team-a already has this file"
    assert len(slack.cards) == 2


def test_secrets_that_were_set_before_nothing_changed_are_told(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    put(make_bot(), slack, share(slack, app_py=b"1"))
    put(make_bot(**SECRET), slack, share(slack, app_py=b"1"))

    assert "Set before that: `API_KEY`" in str(slack.cards[1].message.blocks)
    assert len(hub.commits) == 1


def test_a_lost_answer_is_followed_by_the_commit_that_arrived(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.unheard = {"acme/team-a"}
    put(bot, slack, share(slack, app_py=b"1"))
    hub.put("acme/team-a", "RUNNING", sha="0" * 40)
    clock.tick(minutes=2)
    bot.advance()
    bot.deliver()
    assert slack.cards[0].text == "Uploading to 1 Space"

    hub.set(team_a="RUNNING")
    clock.tick(seconds=5)
    bot.advance()
    bot.deliver()
    assert slack.cards[0].text.startswith("Upload: 1 of 1 in place")
