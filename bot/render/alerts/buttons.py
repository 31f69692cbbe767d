"""The buttons of an alert card: the repair, a second button, and a menu."""

from collections.abc import Collection, Sequence

from bot.alerts import grouping, repair
from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind
from bot.alerts.repair import Remedy
from bot.cards import Block
from bot.parsing.ranges import compress_ranges
from bot.render.alerts.context import AlertContext
from bot.render.blocks import actions, button, menu
from bot.slack_limits import BUTTON_LABEL_LENGTH, BUTTON_VALUE_LENGTH, OPTION_VALUE_LENGTH

#: Labels of the buttons for remedies.
REMEDY_LABELS = {
    Remedy.WAKE: "Wake",
    Remedy.RESTART: "Restart",
    Remedy.REBUILD: "Rebuild",
    Remedy.DELETE_VARIABLE: "Delete variable",
    Remedy.LOGS: "Logs",
    Remedy.BUILD_LOG: "Build log",
    Remedy.VARIABLES: "Variables",
    Remedy.SECRETS: "Secrets",
    Remedy.STATUS: "Look again",
    Remedy.WHY: "Why",
}
_MUTE_BUTTONS = (("Mute for 1 hour", "mute {} for 1h"), ("Mute for 12 hours", "mute {} for 12h"))
_UNMUTE_BUTTONS = (("Unmute", "unmute {}"),)
_WHY_BUTTON, _STATUS_BUTTON = ("Why do I see this?", "why {}"), ("Look closer", "status {}")

ButtonSpec = tuple[str, str]


def incident_buttons(incident: Incident, ctx: AlertContext) -> list[Block]:
    """Return the buttons of an incident's card, for the verbs that the bot has."""
    name = ctx.name(incident.space)
    repairs = [_STATUS_BUTTON] if incident.is_recovering else _remedy_buttons(incident)
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


def _remedy_buttons(incident: Incident) -> list[ButtonSpec]:
    return [
        (f"{REMEDY_LABELS[remedy]} {key}".strip()[:BUTTON_LABEL_LENGTH], f"{remedy} {key}".strip())
        for remedy in repair.remedies(incident)
        for key in _keys(remedy, incident)
    ]


def _keys(remedy: Remedy, incident: Incident) -> Sequence[str]:
    """Return the argument of each button for *remedy*; "" for a button without one."""
    return repair.colliding_keys([incident]) if remedy is Remedy.DELETE_VARIABLE else [""]


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
