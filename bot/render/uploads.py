"""The upload form, and the card of an upload."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import uploads
from bot.cards import Block, Message
from bot.parsing import NameIndex
from bot.render import formatting, modals
from bot.render.blocks import code, context, escape, message, section, user_mention
from bot.render.modals import View
from bot.slack_limits import SELECT_OPTIONS

#: The fields of the form.
SPACE_FIELD, FILES_FIELD, FOLDER_FIELD = "space", "files", "folder"
MESSAGE_FIELD, UNPACK_FIELD, SECRETS_FIELD = "message", "unpack", "secrets"

#: The message of a commit if the form's field is left as it is.
DEFAULT_COMMIT_MESSAGE = "Upload from Slack"


def form(names: NameIndex, space: str | None, *, attached_count: int = 0, note: str = "") -> View:
    """Return the upload form; *attached_count* files came with the Slack message."""
    size_hint = f"Up to {uploads.MAX_BYTES // uploads.MB} MB in total"
    attached_note = (
        f"With {formatting.count(attached_count, 'file')} of that message. "
        if attached_count
        else ""
    )
    head = f"*{escape(names.short_name(space))}*\n" if space else ""
    text = f"{head}{attached_note}Uploaded as one commit; the Space then rebuilds."
    return modals.modal(
        "Upload to a Space",
        "Upload",
        section(text + (f"\n{note}" if note else "")),
        *([] if space else [_space_field(names)]),
        modals.file_field(
            FILES_FIELD,
            "More files" if attached_count else "Files",
            hint=size_hint,
            optional=bool(attached_count),
        ),
        modals.as_optional(
            modals.text_field(
                FOLDER_FIELD, "Folder", hint="Leave empty for the top level.", max_length=300
            )
        ),
        modals.as_optional(
            modals.text_field(
                MESSAGE_FIELD, "Commit message", value=DEFAULT_COMMIT_MESSAGE, max_length=200
            )
        ),
        modals.checkbox(UNPACK_FIELD, "Zip file", "Unzip if it's a single .zip", is_checked=True),
        modals.checkbox(
            SECRETS_FIELD, "Secrets", "Also upload .env files, keys and tokens in files"
        ),
    )


def missing_secrets_note(keys: Sequence[str], *, is_known: bool) -> str:
    """Return the note which configured secrets are set before the upload.

    They come first because the app would crash without them.
    *is_known*: the Hub said which are missing.
    """
    if not keys:
        return ""
    if is_known:
        return f":key: Missing {_join_keys(keys)}: set before the upload."
    return f":key: Set before the upload if missing: {_join_keys(keys)}."


def started(names: NameIndex, space: str, files: int, *, is_queued: bool) -> Message:
    """Return the first reply to an upload, because fetching and checking take a while."""
    what = f"{formatting.count(files, 'file')} for {escape(names.short_name(space), 100)}"
    if is_queued:
        return _progress_message(f"Waiting for another upload, then fetching {what}…")
    return _progress_message(f"Fetching {what}…")


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """The names of an upload's secrets: already set, being set, and left out."""

    set_keys: Sequence[str] = ()
    current_key: str = ""
    clashing_keys: Sequence[str] = ()  # left out: variables have these names


def card(
    names: NameIndex, space: str, plan: uploads.UploadPlan, user: str, progress: UploadProgress
) -> Message:
    """Return the card of an upload in progress: secrets first, then files."""
    text = f"Uploading {formatting.count(len(plan.files), 'file')} to {names.short_name(space)}"
    activity = (
        f"Setting {code(progress.current_key, 60)}…" if progress.current_key else "Committing…"
    )
    return message(
        text,
        section(f":hourglass_flowing_sand: *{escape(text)}*\nRequested by {user_mention(user)}"),
        section(_file_list(plan)),
        *_secrets_warning(plan),
        context(
            f":key: Set: {_join_keys(progress.set_keys)}. {activity}"
            if progress.set_keys
            else activity
        ),
        *(
            [context(clashing_secrets_note(progress.clashing_keys))]
            if progress.clashing_keys
            else []
        ),
    )


def _secrets_warning(plan: uploads.UploadPlan) -> list[Block]:
    """Return which files were left out, or hold tokens, because they may hold secrets."""
    notes = []
    if plan.secret_files:
        names = formatting.join_names([code(path, 60) for path in plan.secret_files])
        notes.append(f":warning: Left out, because they may hold secrets: {names}.")
    if plan.tokens:
        notes.append(f":warning: With tokens: {uploads.describe_tokens(plan.tokens)}.")
    return [context("\n".join(notes))] if notes else []


def clashing_secrets_note(keys: Sequence[str]) -> str:
    """Return the note which secrets were left out because variables have their names."""
    are = "it's a variable there" if len(keys) == 1 else "they're variables there"
    names = escape(formatting.join_names(keys), 600)
    return f":warning: No secret set for {names}: {are}, and a Space with both doesn't start."


def failed_card(
    names: NameIndex, space: str, user: str, reason: str, set_keys: Sequence[str] = ()
) -> Message:
    """Return the card of a failed upload, with the secrets set before the failure."""
    text = f"Upload to {names.short_name(space)} failed"
    return _final_card(":red_circle:", text, user, reason, UploadProgress(set_keys))


def unchanged_card(
    names: NameIndex, space: str, files: int, user: str, progress: UploadProgress
) -> Message:
    """Return the card of an upload without changes, with the secrets that were set."""
    these = "this file" if files == 1 else f"these {files} files"
    text = f"Nothing to upload: {names.short_name(space)} already has {these}"
    reason = "The contents are the same, so there's no new commit and no build."
    return _final_card(":heavy_equals_sign:", text, user, reason, progress)


def outcome_unknown_card(
    names: NameIndex, space: str, user: str, reason: str, set_keys: Sequence[str] = ()
) -> Message:
    """Return the card of an upload whose commit got no answer from the Hub."""
    text = f"Upload to {names.short_name(space)}: no answer"
    return _final_card(":grey_question:", text, user, reason, UploadProgress(set_keys))


def interrupted_card() -> Message:
    """Return the card of an upload that a restart interrupted."""
    return message(
        "An upload was interrupted",
        section(
            ":warning: *I was restarted during an upload.*\nIt may have arrived: check the "
            "Space's files, then upload what's missing."
        ),
    )


def _final_card(emoji: str, text: str, user: str, reason: str, progress: UploadProgress) -> Message:
    effect = (
        "It stays set, and the app restarts"
        if len(progress.set_keys) == 1
        else "They stay set, and the app restarts"
    )
    secrets_note = (
        [section(f":key: Already set: {_join_keys(progress.set_keys)}. {effect}.")]
        if progress.set_keys
        else []
    )
    secrets_note += (
        [context(clashing_secrets_note(progress.clashing_keys))] if progress.clashing_keys else []
    )
    return message(
        text,
        section(f"{emoji} *{escape(text)}*\nRequested by {user_mention(user)}"),
        section(escape(reason, 1500)),
        *secrets_note,
    )


def _progress_message(text: str) -> Message:
    return message(text, section(f":hourglass_flowing_sand: {text}"))


def _join_keys(keys: Sequence[str]) -> str:
    return ", ".join(code(key, 60) for key in keys[:20])


def _space_field(names: NameIndex) -> Block:
    """Return a menu of Spaces, or a text field if a menu can't hold them."""
    if 0 < len(names.ids) <= SELECT_OPTIONS:
        return modals.select_field(
            SPACE_FIELD, "Space", [(names.short_name(id), id) for id in names.ids]
        )
    return modals.text_field(SPACE_FIELD, "Space", hint="Its name, such as team-a", max_length=200)


def _file_list(plan: uploads.UploadPlan) -> str:
    shown = [code(path, 80) for path in plan.files]
    omitted = (
        f"\nLeft out: {formatting.join_names([code(path, 60) for path in plan.left_out], 3)}"
        if plan.left_out
        else ""
    )
    size = plan.size / uploads.MB
    few = f"{plan.size:,} {'byte' if plan.size == 1 else 'bytes'}"
    size_text = f"{size:.1f} MB" if size >= 0.1 else few
    return f"{formatting.join_names(shown, 8)} · {size_text}{omitted}"
