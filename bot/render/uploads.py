"""The form that takes files, and the card while they are on their way into a Space."""

from collections.abc import Sequence

from bot import uploads
from bot.cards import Block, Message
from bot.parsing import Names
from bot.render import modals, words
from bot.render.blocks import code, context, escape, message, person, section
from bot.render.modals import View

#: The fields of the form.
SPACE, FILES, FOLDER, MESSAGE, UNPACK = "space", "files", "folder", "message", "unpack"

_MOST_CHOICES = 100
_DEFAULT = "Upload from Slack"


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
        modals.optional(modals.text(MESSAGE, "What has changed", value=_DEFAULT, most=200)),
        modals.tick(UNPACK, "A zip", "If it is one zip alone, unpack it here", ticked=True),
    )


def missing(keys: Sequence[str], *, known: bool) -> str:
    """Say which configured secrets are set first: without them the first build would crash."""
    if not keys:
        return ""
    listed = ", ".join(code(key, 60) for key in keys[:20])
    if known:
        return f":key: It lacks {listed}. I set {'it' if len(keys) == 1 else 'them'} first."
    return f":key: Of {listed}, I set first what it lacks."


def card(
    names: Names, space: str, plan: uploads.Plan, user: str, lacking: Sequence[str]
) -> Message:
    """Show what is on its way."""
    text = f"Uploading {words.count(len(plan.files), 'file')} to {names.short(space)}"
    parts: list[Block] = [
        section(f":hourglass_flowing_sand: *{escape(text)}*\nasked by {person(user)}"),
        section(_files(plan)),
    ]
    if lacking:
        parts.append(context(missing(lacking, known=True)))
    return message(text, *parts)


def failed(names: Names, space: str, user: str, why: str) -> Message:
    """Show that nothing was uploaded, or that nobody knows."""
    text = f"Upload to {names.short(space)} failed"
    return message(
        text,
        section(f":red_circle: *{escape(text)}*\nasked by {person(user)}"),
        section(escape(why, 1500)),
    )


def interrupted() -> Message:
    """Show that the bot died over an upload."""
    return message(
        "An upload was interrupted",
        section(
            ":warning: *An upload was interrupted: I was stopped over it.* It may have arrived: "
            "look at the files of the Space, then upload again what is missing."
        ),
    )


def _space(names: Names) -> Block:
    """Let a Space be chosen; of more than a menu holds, the name is typed."""
    if 0 < len(names.ids) <= _MOST_CHOICES:
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
