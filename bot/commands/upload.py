"""The command that puts files into a Space."""

from collections.abc import Mapping, Sequence
from functools import partial

from bot import uploads
from bot.command import Answer, Context, Form, Look, Looks, Upload, command
from bot.errors import HubError, Misunderstood
from bot.model import Ask, Role, Source
from bot.parsing import single
from bot.questions import SecretsOf
from bot.render import uploads as render


def _is_complete(ask: Ask) -> Mapping[str, str]:
    wrong = {}
    if not ask.files:
        wrong[render.FILES] = "There is no file yet. Choose at least one."
    try:
        uploads.path(ask.values.get(render.FOLDER, ""))
    except Misunderstood as error:
        wrong[render.FOLDER] = str(error)
    return wrong


@command("upload <space>", needs=Role.OPERATOR, looks=Looks.FORM, check=_is_complete)
def upload(context: Context) -> Answer:
    """Put files into a Space, as one commit; a form takes them. Also in the menu of a message."""
    if context.ask.source is Source.MODAL:
        return _sent(context)
    id = single(context.words, context.fleet, context.names) if context.words else None
    form = partial(render.form, context.names, id, carried=len(context.ask.files))
    typed = f"upload {context.names.short(id)}" if id else "upload"
    first = Form(form(told=render.missing(context.secrets, known=False)), typed)
    if id is None or not context.secrets:
        return first

    def fuller(found: Mapping[str, Sequence[str] | HubError]) -> Form:
        keys = found[id]
        if isinstance(keys, HubError):
            return first
        lacking = [key for key in context.secrets if key not in keys]
        return Form(form(told=render.missing(lacking, known=True)), typed)

    return Form(first.view, typed, more=Look(SecretsOf((id,)), fuller))


def _sent(context: Context) -> Upload:
    values = context.ask.values
    named = context.words or tuple(filter(None, [values.get(render.SPACE, "").strip()]))
    return Upload(
        space=single(named, context.fleet, context.names),
        files=context.ask.files,
        folder=uploads.path(values.get(render.FOLDER, "")),
        message=" ".join(values.get(render.MESSAGE, "").split()) or render.USUAL,
        unpack=values.get(render.UNPACK) == "yes",
    )
