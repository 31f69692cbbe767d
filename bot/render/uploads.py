"""The form that takes files, and the card while they are on their way into a Space."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import uploads
from bot.cards import Block, Message
from bot.parsing import Names
from bot.render import modals, words
from bot.render.blocks import code, context, escape, message, person, section
from bot.render.modals import View
from bot.slack_limits import SELECT_OPTIONS

#: The fields of the form.
SPACE, FILES, FOLDER, MESSAGE, UNPACK = "space", "files", "folder", "message", "unpack"

#: What a commit is called when nobody says.
USUAL = "Upload from Slack"


def form(names: Names, space: str | None, *, carried: int = 0, told: str = "") -> View:
    """Ask for files and where they go; *carried* came with the message that this began at."""
    at_most = f"{uploads.MOST_BYTES // uploads.MB} MB together."
    came = f"{words.count(carried, 'file')} of that message. " if carried else ""
    head = f"*{escape(names.short(space))}*\n" if space else ""
    said = f"{head}{came}All goes into one commit, and the Space builds anew."
    return modals.modal(
        "Upload to a Space",
        "Upload",
        section(said + (f"\n{told}" if told else "")),
        *([] if space else [_space(names)]),
        modals.files(
            FILES, "More files" if carried else "Files", hint=at_most, optional=bool(carried)
        ),
        modals.optional(
            modals.text(FOLDER, "Folder", hint="Empty: the top of the repository.", most=300)
        ),
        modals.optional(modals.text(MESSAGE, "What has changed", value=USUAL, most=200)),
        modals.tick(UNPACK, "A zip", "If it is one zip alone, unpack it here", ticked=True),
    )


def missing(keys: Sequence[str], *, known: bool) -> str:
    """Say which configured secrets are set first: without them the first build would crash."""
    if not keys:
        return ""
    if known:
        return f":key: It lacks {_keys(keys)}. I set {'it' if len(keys) == 1 else 'them'} first."
    return f":key: Of {_keys(keys)}, I set first what it lacks."


def begun(names: Names, space: str, files: int, *, waits: bool) -> Message:
    """Tell the person who asked that it was heard: to fetch and to judge takes a while."""
    what = f"{words.count(files, 'file')} for {escape(names.short(space), 100)}"
    if waits:
        return _said(f"Another upload is under way; then I fetch {what}.")
    return _said(f"Fetching {what}…")


@dataclass(frozen=True, slots=True)
class Way:
    """How far the secrets of an upload are, by name: those set, the next one, those left out."""

    done: Sequence[str] = ()
    key: str = ""
    clashing: Sequence[str] = ()  # variables have these names


def card(names: Names, space: str, plan: uploads.Plan, user: str, way: Way) -> Message:
    """Show what is on its way: the secrets that it lacks, then the files."""
    text = f"Uploading {words.count(len(plan.files), 'file')} to {names.short(space)}"
    now = f"Setting {code(way.key, 60)}, which it lacks…" if way.key else "Committing…"
    return message(
        text,
        section(f":hourglass_flowing_sand: *{escape(text)}*\nasked by {person(user)}"),
        section(_files(plan)),
        context(f":key: Set: {_keys(way.done)}. {now}" if way.done else now),
        *([context(not_set(way.clashing))] if way.clashing else []),
    )


def not_set(keys: Sequence[str]) -> str:
    """Say which configured secrets were left out, since variables have their names."""
    said = "is a variable there and was" if len(keys) == 1 else "are variables there and were"
    return (
        f":warning: {escape(words.listed(keys), 600)} {said} not set as a secret: a Space with "
        "both doesn't start."
    )


def failed(names: Names, space: str, user: str, why: str, done: Sequence[str] = ()) -> Message:
    """Show that no file was uploaded, and which secrets were set all the same."""
    text = f"Upload to {names.short(space)} failed"
    if done:  # what the Hub says of the commit is not true of all that was done
        why = why.replace("Nothing was changed.", "No file was changed.")
    return _ended(f":red_circle: *{escape(text)}*", text, user, why, Way(done))


def unchanged(names: Names, space: str, files: int, user: str, way: Way) -> Message:
    """Show that there was nothing to commit, and which secrets were set all the same, or not."""
    these = "this file" if files == 1 else f"these {files} files"
    text = f"Nothing to upload: {names.short(space)} already has {these}"
    why = "The contents are the same, so there's no new commit and no build."
    head = f":heavy_equals_sign: *{escape(text)}*"
    return _ended(head, text, user, why, way)


def unanswered(names: Names, space: str, user: str, why: str, done: Sequence[str] = ()) -> Message:
    """Show that nobody knows whether the files have arrived."""
    text = f"Upload to {names.short(space)}: no answer"
    return _ended(f":grey_question: *{escape(text)}*", text, user, why, Way(done))


def interrupted() -> Message:
    """Show that the bot died over an upload."""
    return message(
        "An upload was interrupted",
        section(
            ":warning: *An upload was interrupted: I was stopped over it.* It may have arrived: "
            "look at the files of the Space, then upload again what is missing."
        ),
    )


def _ended(head: str, text: str, user: str, why: str, way: Way) -> Message:
    stays = (
        "It stays, and the app restarts"
        if len(way.done) == 1
        else "They stay, and the app restarts"
    )
    kept = [section(f":key: Set before that: {_keys(way.done)}. {stays}.")] if way.done else []
    kept += [context(not_set(way.clashing))] if way.clashing else []
    return message(
        text, section(f"{head}\nasked by {person(user)}"), section(escape(why, 1500)), *kept
    )


def _said(text: str) -> Message:
    return message(text, section(f":hourglass_flowing_sand: {text}"))


def _keys(keys: Sequence[str]) -> str:
    return ", ".join(code(key, 60) for key in keys[:20])


def _space(names: Names) -> Block:
    """Let a Space be chosen; of more than a menu holds, the name is typed."""
    if 0 < len(names.ids) <= SELECT_OPTIONS:
        return modals.choice(SPACE, "Space", [(names.short(id), id) for id in names.ids])
    return modals.text(SPACE, "Space", hint="Its name, such as team-a.", most=200)


def _files(plan: uploads.Plan) -> str:
    shown = [code(path, 80) for path in plan.files]
    left = (
        f"\nLeft out: {words.listed([code(path, 60) for path in plan.left_out], 3)}"
        if plan.left_out
        else ""
    )
    size = plan.size / uploads.MB
    much = f"{size:.1f} MB" if size >= 0.1 else f"{plan.size:,} bytes"
    return f"{words.listed(shown, 8)} · {much}{left}"
