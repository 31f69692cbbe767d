"""The buttons of an alert card: the repair, a second button, and a menu."""

import re
from collections.abc import Collection, Sequence

from bot import collisions
from bot.alerts import grouping
from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind
from bot.cards import Block
from bot.render.alerts.context import AlertContext
from bot.render.blocks import actions, button, menu
from bot.slack_limits import BUTTON_LABEL_LENGTH, BUTTON_VALUE_LENGTH, OPTION_VALUE_LENGTH

# Label and command by stage or problem; `{}` is the Space. The first one is the likely repair.
_REPAIRS = {
    "RUNTIME_ERROR": (("Restart", "restart {}"), ("Logs", "logs {}")),
    "BUILD_ERROR": (("Rebuild", "rebuild {}"), ("Build log", "logs {} build")),
    "CONFIG_ERROR": (("Rebuild", "rebuild {}"), ("Build log", "logs {} build")),
    "NO_APP_FILE": (("Look again", "status {}"), ("Rebuild", "rebuild {}")),
    ProblemKind.ASLEEP: (("Wake", "wake {}"),),
    ProblemKind.PAUSED: (("Wake", "wake {}"),),
    ProblemKind.STUCK: (("Rebuild", "rebuild {}"), ("Build log", "logs {} build")),
    ProblemKind.UNKNOWN: (("Look again", "status {}"),),
    ProblemKind.GONE: (("Why", "why {}"),),
    ProblemKind.BROKEN: (("Restart", "restart {}"), ("Logs", "logs {}")),
}
# Buttons that show which secret and variable share a name.
_COLLISION_LOOKUPS = (("Variables", "variable list {}"), ("Secrets", "secret list {}"))
_MUTE_BUTTONS = (("Mute for 1 hour", "mute {} for 1h"), ("Mute for 12 hours", "mute {} for 12h"))
_UNMUTE_BUTTONS = (("Unmute", "unmute {}"),)
_WHY_BUTTON, _STATUS_BUTTON = ("Why do I see this?", "why {}"), ("Look closer", "status {}")
_NUMBERED_NAME = re.compile(r"(.*?)([1-9]\d*)")

ButtonSpec = tuple[str, str]


def incident_buttons(incident: Incident, ctx: AlertContext) -> list[Block]:
    """Return the buttons of an incident's card, for the verbs that the bot has."""
    name = ctx.name(incident.space)
    repairs = _repairs(incident)
    if incident.is_recovering:
        repairs = (_STATUS_BUTTON,)
    is_missing = incident.problem is ProblemKind.GONE and not incident.is_recovering
    status_buttons = () if is_missing else (_STATUS_BUTTON,)  # no Space to show
    mute_buttons = _UNMUTE_BUTTONS if incident.space in ctx.mutes else _MUTE_BUTTONS
    others = (("I am on it", "ack {}"), *mute_buttons, _WHY_BUTTON, *status_buttons)
    first = _available([*repairs, *status_buttons], name, ctx)[:2]
    shown_commands = {command for _, command in first}
    rest = [spec for spec in _available(others, name, ctx) if spec[1] not in shown_commands]
    options = [spec for spec in rest if len(spec[1]) <= OPTION_VALUE_LENGTH]
    elements = [
        button(label, command, style="primary" if n == 0 else None)
        for n, (label, command) in enumerate(first)
    ]
    return [actions(*elements, *([menu(options[:5])] if options else []))] if elements else []


def _repairs(incident: Incident) -> Sequence[ButtonSpec]:
    """Return the commands that may repair *incident*.

    Only deleting the secret or the variable repairs a name collision.
    """
    if incident.problem is not ProblemKind.BROKEN:
        return _REPAIRS[incident.problem]
    if not collisions.is_collision(incident.error):
        return _REPAIRS.get(incident.stage, _REPAIRS[ProblemKind.BROKEN])
    shared = incident.diagnosis.shared if incident.diagnosis else ()
    deletions = [
        (
            f"Delete variable {key}"[:BUTTON_LABEL_LENGTH],
            f"variable delete {{}} {key}",
        )
        for key in shared
    ]
    return (*deletions, *_COLLISION_LOOKUPS)


def group_button(
    verb: str, label: str, spaces: Sequence[str], group_id: int, ctx: AlertContext, *, key: str = ""
) -> list[Block]:
    """Return one button that runs *verb* on all of *spaces*.

    *key* is the argument of the verb after the Spaces.
    """
    if not spaces or not is_known(verb, ctx.verbs):
        return []
    command = f"{group_command(verb, spaces, group_id, ctx)} {key}".rstrip()
    return [actions(button(label[:BUTTON_LABEL_LENGTH], command, style="primary"))]


def group_command(verb: str, spaces: Sequence[str], group_id: int, ctx: AlertContext) -> str:
    """Return a command for exactly *spaces*, short enough for a button.

    Consecutive numbered names become ranges. If that is still too long, the group's token stands
    for its members that are in trouble at the time of the tap.
    """
    command = f"{verb} {' '.join(compress_ranges(ordered_names(spaces, ctx)))}"
    return (
        command if len(command) <= BUTTON_VALUE_LENGTH else f"{verb} {grouping.to_token(group_id)}"
    )


def ordered_names(spaces: Sequence[str], ctx: AlertContext) -> list[str]:
    """Return the short names of *spaces* in natural order: team-2 before team-10."""
    wanted = set(spaces)
    return [ctx.name(space) for space in ctx.names.ids if space in wanted]


def compress_ranges(names: Sequence[str]) -> list[str]:
    """Return *names* with each run of three or more consecutive numbers as a range.

    >>> compress_ranges(["team-1", "team-2", "team-3", "team-7", "team-b"])
    ['team-1..3', 'team-7', 'team-b']
    """
    runs: list[tuple[str, list[str]]] = []
    for name in names:
        stem, number = _split_number(name)
        previous = runs[-1] if runs else ("", [])
        if (
            number
            and previous[1]
            and previous[0] == stem
            and int(previous[1][-1]) + 1 == int(number)
        ):
            previous[1].append(number)
        else:
            runs.append((stem, [number] if number else []))
    return [piece for stem, numbers in runs for piece in _format_run(stem, numbers)]


def _split_number(name: str) -> tuple[str, str]:
    """Return stem and number of *name*.

    A number with leading zeros isn't split off, because a range would lose them.
    """
    found = _NUMBERED_NAME.fullmatch(name)
    return (found[1], found[2]) if found and not found[1][-1:].isdigit() else (name, "")


def _format_run(stem: str, numbers: Sequence[str]) -> list[str]:
    if len(numbers) < 3:
        return [f"{stem}{number}" for number in numbers] or [stem]
    return [f"{stem}{numbers[0]}..{numbers[-1]}"]


def is_known(command: str, verbs: Collection[str]) -> bool:
    """Return whether *command* begins with one of *verbs*, of one or two words.

    >>> is_known("variable delete team-a KEY", {"variable delete"}), is_known("fly", {"wake"})
    (True, False)
    """
    first = command.split()
    return bool({" ".join(first[:1]), " ".join(first[:2])} & {*verbs})


def _available(specs: Sequence[ButtonSpec], name: str, ctx: AlertContext) -> list[ButtonSpec]:
    """Return *specs* with *name*, without unknown verbs and duplicates."""
    labels: dict[str, str] = {}
    for label, command in specs:
        if is_known(command, ctx.verbs):
            labels.setdefault(command.format(name), label)
    return [(label, command) for command, label in labels.items()]
