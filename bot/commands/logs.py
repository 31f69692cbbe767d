"""The command that reads a Space's log."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards import Message
from bot.command import Answer, Context, File, Look, command
from bot.errors import Misunderstood
from bot.model import Role, Space
from bot.parsing import select
from bot.questions import LogOf
from bot.render import logs as render

#: What is read of a log at most: it becomes the file.
WHOLE = 5_000
# What a phone shows without losing the reader.
_LINES = 20
_KINDS = frozenset({"build", "run"})
# In these stages there is no container yet, or none any more: what there is to read is the build.
_BUILT = frozenset({"BUILDING", "BUILD_ERROR", "CONFIG_ERROR", "NO_APP_FILE"})


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The words, sorted."""

    targets: tuple[str, ...]
    kind: str  # build, run, or nothing
    lines: int


@command("logs <space> [build] [lines]", needs=Role.OPERATOR, is_read=True)
def logs(context: Context) -> Answer:
    """The end of a Space's run or build log; secrets are taken out, all of it comes as a file."""
    wanted = _sorted(context.words)
    if not wanted.targets:
        raise Misunderstood(f"Whose log? Name a Space: `{context.slash} logs team-a`.")
    ids = select(wanted.targets, context.fleet, context.names, acting=False)
    if len(ids) > 1:
        raise Misunderstood(f"That is {len(ids)} Spaces; I can read one log at a time. Name one.")
    space = context.fleet[ids[0]]
    name = context.names.short(space.id)
    if space.is_static:
        return render.static(name)
    build = wanted.kind == "build" or (not wanted.kind and space.stage in _BUILT)
    question = LogOf(space.id, build, WHOLE)
    return Look(question, lambda lines: _shown(lines, question, space, name, wanted.lines))


def _sorted(said: Sequence[str]) -> _Wanted:
    """Sort the words. Where nothing else is named, a Space may be called `build`, or `7`."""
    targets = tuple(word for word in said if not _is_option(word)) or tuple(said[:1])
    options = [word.casefold() for word in said if word not in targets]
    kinds = [word for word in options if word in _KINDS]
    numbers = [int(word[:6]) for word in options if word.isdecimal()]
    most = max(1, numbers[-1]) if numbers else _LINES
    return _Wanted(targets, kinds[-1] if kinds else "", most)


def _is_option(word: str) -> bool:
    return word.isdecimal() or word.casefold() in (*_KINDS, "last", "lines")


def _shown(
    lines: Sequence[str], question: LogOf, space: Space, name: str, most: int
) -> Message | File:
    if not any(lines):
        return render.empty(space, name, build=question.build)
    log = render.Log(name, space.stage, lines, question.build, len(lines) >= question.lines)
    shown, whole = render.log(log, most)
    if whole == len(lines):
        return shown
    file = f"{name.replace('/', '-')}-{'build' if question.build else 'run'}.log"
    return File(shown, file, "\n".join(lines) + "\n")
