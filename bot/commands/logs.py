"""`logs`: the end of a Space's run or build log."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.cards import Message
from bot.command import Context, command
from bot.errors import UsageError
from bot.model import Role, Space
from bot.parsing import select
from bot.queries import LogQuery
from bot.render import logs as render
from bot.render.help import example
from bot.results import Answer, Fetch, File

#: The most lines read of a log; they become the file.
MAX_FILE_LINES = 5_000
#: Lines that fit on a phone's screen.
_DEFAULT_LINES = 20
#: Stages without a container, in which only the build log exists.
_BUILD_LOG_STAGES = frozenset({"BUILDING", "BUILD_ERROR", "CONFIG_ERROR", "NO_APP_FILE"})


class _LogKind(StrEnum):
    """The log that a word names."""

    BUILD = "build"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class _LogOptions:
    """The targets and options in the words of one `logs`."""

    targets: tuple[str, ...]
    kind: _LogKind | None
    lines: int


@command("logs <space> [build] [lines]", role=Role.OPERATOR, is_read=True)
def logs(context: Context) -> Answer:
    """The last lines of a run or build log (secrets removed), with the full log as a file.

    Hugging Face clears a log when its Space sleeps. The file comes in your direct messages.
    """
    options = _parse_options(context.words)
    if not options.targets:
        raise UsageError(
            f"Which Space? For example: {example(context.slash, 'logs', context.names)}."
        )
    ids = select(options.targets, context.fleet, context.names, acting=False)
    if len(ids) > 1:
        raise UsageError(f"That names {len(ids)} Spaces, and `logs` shows one. Name one.")
    space = context.fleet[ids[0]]
    name = context.names.short_name(space.id)
    if space.is_static and space.stage not in _BUILD_LOG_STAGES:
        return render.static_space(name)
    is_first = options.kind is None or space.is_static
    has_only_build = is_first and space.stage in _BUILD_LOG_STAGES
    is_build = options.kind is _LogKind.BUILD or has_only_build
    query = LogQuery(space.id, is_build, MAX_FILE_LINES)
    return Fetch(query, lambda lines: _render_log(lines, query, space, name, options.lines))


def _parse_options(words: Sequence[str]) -> _LogOptions:
    """Return the targets and options of *words*.

    Without any other word the first one is a target, because a Space may be called `build` or `7`.
    """
    targets = tuple(word for word in words if not _is_option(word)) or tuple(words[:1])
    options = [word.casefold() for word in words if word not in targets]
    kinds = [_LogKind(word) for word in options if word in set(_LogKind)]
    numbers = [int(word[:6]) for word in options if word.isdecimal()]
    line_count = max(1, numbers[-1]) if numbers else _DEFAULT_LINES
    return _LogOptions(targets, kinds[-1] if kinds else None, line_count)


def _is_option(word: str) -> bool:
    return word.isdecimal() or word.casefold() in (*_LogKind, "last", "lines")


def _render_log(
    lines: Sequence[str], query: LogQuery, space: Space, name: str, line_count: int
) -> Message | File:
    if not any(lines):
        return render.empty_log(space, name, is_build=query.build)
    log = render.Log(name, space.stage, lines, query.build, len(lines) >= query.lines)
    message, shown_count = render.card(log, line_count)
    if shown_count == len(lines):
        return message
    file_name = f"{name.replace('/', '-')}-{_LogKind.BUILD if query.build else _LogKind.RUN}.log"
    return File(message, file_name, "\n".join(lines) + "\n")
