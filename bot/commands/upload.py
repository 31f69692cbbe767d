"""`upload`: a commit of files to one Space."""

from collections.abc import Mapping, Sequence
from functools import partial

from bot import uploads
from bot.command import Context, Freshness, command
from bot.errors import HubError, UsageError
from bot.model import Ask, Role, Source
from bot.parsing import select_one
from bot.parsing.key_arguments import ROTATION_ADVICE
from bot.queries import SecretsQuery
from bot.redaction import has_secret
from bot.render import uploads as render
from bot.results import Answer, Fetch, Form, Upload

# The fields whose text the Hub shows to everybody who sees the Space.
_PUBLIC_FIELDS = (render.SPACE_FIELD, render.FOLDER_FIELD, render.MESSAGE_FIELD)


def _form_errors(ask: Ask) -> Mapping[str, str]:
    errors = {}
    if not ask.files:
        errors[render.FILES_FIELD] = "Choose at least one file."
    try:
        uploads.parse_folder(ask.form_values.get(render.FOLDER_FIELD, ""))
    except UsageError as error:
        errors[render.FOLDER_FIELD] = str(error)
    return errors | _secret_errors(ask)


def _secret_errors(ask: Ask) -> dict[str, str]:
    """Return an error for each field with a token, which a commit would publish."""
    found = [field for field in _PUBLIC_FIELDS if has_secret(ask.form_values.get(field, ""))]
    message = f"This contains a token or a password, so nothing was uploaded. {ROTATION_ADVICE}"
    return dict.fromkeys(found, message)


@command("upload <space>", role=Role.OPERATOR, freshness=Freshness.FORM, check=_form_errors)
def upload(context: Context) -> Answer:
    """Put files into a Space as one commit. Also in the menu of a message with files.

    A form takes files (or a .zip to unpack), a folder and a commit message. The build is
    followed until Hugging Face serves the commit. Large files go to its LFS store.
    """
    if context.ask.source is Source.MODAL:
        return _to_upload(context)
    id = select_one(context.words, context.fleet, context.names) if context.words else None
    form = partial(render.form, context.names, id, attached_count=len(context.ask.files))
    typed = f"upload {context.names.short_name(id)}" if id else "upload"
    initial_form = Form(
        form(note=render.missing_secrets_note(context.secrets, is_known=False)), typed
    )
    if id is None or not context.secrets:
        return initial_form

    def refresh_form(secret_names: Mapping[str, Sequence[str] | HubError]) -> Form:
        keys = secret_names[id]
        if isinstance(keys, HubError):
            return initial_form
        missing = [key for key in context.secrets if key not in keys]
        return Form(form(note=render.missing_secrets_note(missing, is_known=True)), typed)

    return Form(initial_form.view, typed, refresh=Fetch(SecretsQuery((id,)), refresh_form))


def _to_upload(context: Context) -> Upload:
    values = context.ask.form_values
    space_words = context.words or tuple(filter(None, [values.get(render.SPACE_FIELD, "").strip()]))
    return Upload(
        space=select_one(space_words, context.fleet, context.names),
        files=context.ask.files,
        folder=uploads.parse_folder(values.get(render.FOLDER_FIELD, "")),
        message=" ".join(values.get(render.MESSAGE_FIELD, "").split())
        or render.DEFAULT_COMMIT_MESSAGE,
        unpack=values.get(render.UNPACK_FIELD) == "yes",
        include_secrets=values.get(render.SECRETS_FIELD) == "yes",
    )
