"""The buttons of an alert card: the repair, a second button, and a menu."""

from collections.abc import Collection, Sequence

from bot.alerts import grouping, repair
from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind
from bot.alerts.repair import BulkRepair, Remedy
from bot.cards import Block
from bot.errors import UsageError
from bot.parsing import NameIndex
from bot.parsing.key_arguments import split_secret_key
from bot.parsing.ranges import compress_ranges
from bot.render import formatting
from bot.render.alerts.context import AlertContext
from bot.render.blocks import actions, button, menu
from bot.slack_limits import (
    BUTTON_LABEL_LENGTH,
    COMMAND_LENGTH,
    OPTION_VALUE_LENGTH,
    OVERFLOW_OPTIONS,
)

#: Labels of the buttons for remedies.
REMEDY_LABELS = {
    Remedy.WAKE: "Wake",
    Remedy.RESTART: "Restart",
    Remedy.REBUILD: "Rebuild",
    Remedy.CPU_BASIC: "Move to cpu-basic",
    Remedy.DELETE_VARIABLE: "Delete variable",
    Remedy.SET_SECRET: "Set",
    Remedy.LOGS: "Logs",
    Remedy.BUILD_LOG: "Build log",
    Remedy.VARIABLES: "Variables",
    Remedy.SECRETS: "Secrets",
    Remedy.UPLOAD: "Upload files",
    Remedy.STATUS: "Details",
    Remedy.WHY: "Why",
}
_ACK_BUTTON, _RELEASE_BUTTON = ("I'm on it", "ack {}"), ("Release", "release {}")
_MUTE_BUTTON = ("Mute for 1 hour", "mute {} for 1h")
_MUTE_LONG_BUTTON = ("Mute for 12 hours", "mute {} for 12h")
_UNMUTE_BUTTON = ("Unmute", "unmute {}")
_WHY_BUTTON, _STATUS_BUTTON = ("Why am I seeing this?", "why {}"), ("Details", "status {}")

_LOGS = (Remedy.LOGS, Remedy.BUILD_LOG)

#: The label of a button, and its command with `{}` for the Spaces.
ButtonSpec = tuple[str, str]


def bulk_label(one: BulkRepair) -> str:
    """Return the label of the button for *one*, with its number of Spaces.

    >>> bulk_label(BulkRepair(Remedy.WAKE, ("acme/a", "acme/b"), "asleep"))
    'Wake 2 asleep'
    """
    label, problem = REMEDY_LABELS[one.remedy], formatting.problem_phrase(one.problem)
    if one.key:
        return f"{label} {one.key}"[:BUTTON_LABEL_LENGTH]
    if one.remedy is Remedy.CPU_BASIC:
        return f"Move {len(one.spaces)} {problem} to cpu-basic"
    return f"{label} {len(one.spaces)} {problem}"


def incident_buttons(incident: Incident, ctx: AlertContext) -> list[Block]:
    """Return the buttons of an incident's card, for the commands that the bot has."""
    name = ctx.name(incident.space)
    repairs = [_STATUS_BUTTON] if incident.is_recovering else _remedy_buttons(incident, ctx)
    is_missing = incident.problem is ProblemKind.MISSING and not incident.is_recovering
    status_buttons = () if is_missing else (_STATUS_BUTTON,)  # no Space to show
    is_muted = incident.space in ctx.mutes
    mutes = [_UNMUTE_BUTTON] if is_muted else [_MUTE_BUTTON, _MUTE_LONG_BUTTON]
    ack = _RELEASE_BUTTON if incident.ack else _ACK_BUTTON
    others = (ack, *mutes, _WHY_BUTTON, *status_buttons)
    first = _available([*repairs, *status_buttons], name, ctx)[:2]
    return _button_row(first, _available(others, name, ctx))


def group_buttons(
    group_id: int, open_members: Sequence[Incident], ctx: AlertContext
) -> list[Block]:
    """Return the buttons of a group's card: repairs, and the menu of an incident."""
    repairs = [
        (bulk_label(one), _bulk_command(one, group_id, ctx))
        for one in repair.repairs_of_group(open_members, ctx.statics)
    ]
    repairs = [(label, command) for label, command in repairs if command]
    details, *menu_options = _group_menu(group_id, open_members, ctx)
    is_missing = all(member.problem is ProblemKind.MISSING for member in open_members)
    buttons = _known([*repairs, *([] if is_missing else [details])], ctx)
    return _button_row(buttons[:2], [*buttons[2:], *_known(menu_options, ctx)])


def _group_menu(
    group_id: int, open_members: Sequence[Incident], ctx: AlertContext
) -> list[ButtonSpec]:
    """Return the menu about all members. Its log is that of the worst one."""
    spaces = [member.space for member in open_members]
    token = grouping.to_token(group_id)
    targets = group_targets(spaces, token, ctx, OPTION_VALUE_LENGTH - len("unmute  for 12h"))
    mute = _UNMUTE_BUTTON if all(space in ctx.mutes for space in spaces) else _MUTE_BUTTON
    ack = _RELEASE_BUTTON if all(member.ack for member in open_members) else _ACK_BUTTON
    worst = max(open_members, key=lambda member: member.problem.severity)
    name = ctx.name(worst.space)
    first = repair.remedies(worst, is_static=worst.space in ctx.statics)
    logs = [keyed_button(remedy) for remedy in first if remedy in _LOGS]
    return [
        *((label, command.format(targets)) for label, command in (_STATUS_BUTTON, ack, mute)),
        (_WHY_BUTTON[0], _WHY_BUTTON[1].format(name)),
        *((f"{label} of {name}", command.format(name)) for label, command in logs[:1]),
    ]


def _button_row(first: Sequence[ButtonSpec], others: Sequence[ButtonSpec]) -> list[Block]:
    """Return the buttons *first*, and a menu of those *others* that fit."""
    shown_commands = {command for _, command in first}
    options = [
        spec
        for spec in others
        if spec[1] not in shown_commands and len(spec[1]) <= OPTION_VALUE_LENGTH
    ]
    elements = [
        button(label, command, style="primary" if n == 0 else None)
        for n, (label, command) in enumerate(first)
    ]
    shown = [*elements, *([menu(options[:OVERFLOW_OPTIONS])] if options else [])]
    return [actions(*shown)] if shown else []


def _remedy_buttons(incident: Incident, ctx: AlertContext) -> list[ButtonSpec]:
    return [
        keyed_button(remedy, key)
        for remedy in repair.remedies(incident, is_static=incident.space in ctx.statics)
        for key in _keys(remedy, incident, ctx)
    ]


def keyed_button(remedy: Remedy, key: str = "") -> ButtonSpec:
    """Return the label and the command of *remedy*, with its *key* if it has one.

    >>> keyed_button(Remedy.SET_SECRET, "API_KEY")
    ('Set API_KEY', 'secret set {} API_KEY')
    """
    label = f"{REMEDY_LABELS[remedy]} {key}".strip()[:BUTTON_LABEL_LENGTH]
    return label, f"{remedy} {key}".strip()


def _keys(remedy: Remedy, incident: Incident, ctx: AlertContext) -> Sequence[str]:
    """Return the argument of each button for *remedy*; "" for a button without one."""
    if remedy is Remedy.DELETE_VARIABLE:
        return repair.colliding_keys([incident])
    if remedy is not Remedy.SET_SECRET:
        return [""]
    found, name = repair.cause_of(incident), ctx.name(incident.space)
    return [found.key] if found and is_secret_key(name, found.key, ctx.names) else []


def is_secret_key(name: str, key: str, names: NameIndex) -> bool:
    """Return whether `secret set <name> <key>` parses, so that a button may offer it."""
    try:
        return split_secret_key([name, key], names).key == key
    except UsageError:
        return False


def ack_check_buttons(group_id: int, spaces: Sequence[str], ctx: AlertContext) -> list[Block]:
    """Return the two answers of a person who is asked about *spaces*."""
    targets = group_targets(spaces, grouping.to_token(group_id), ctx)
    kept = "Still on it" if len(spaces) == 1 else f"Still on all {len(spaces)}"
    answers = [(kept, f"ack {targets}"), ("Release", f"release {targets}")]
    return _button_row(_known(answers, ctx), [])


def _bulk_command(one: BulkRepair, group_id: int, ctx: AlertContext) -> str:
    """Return the command of *one*; "" if it can't name just its Spaces."""
    token = grouping.to_token(group_id, "" if one.key else one.problem)
    targets = group_targets(one.spaces, token, ctx)
    is_of_one_cause = one.remedy in (Remedy.CPU_BASIC, Remedy.SET_SECRET)
    if is_of_one_cause and targets == token:
        return ""
    return f"{one.remedy.format(targets)} {one.key}".rstrip()


def group_targets(
    spaces: Sequence[str], token: str, ctx: AlertContext, limit: int = COMMAND_LENGTH
) -> str:
    """Return targets that select exactly *spaces*, short enough for a button.

    Consecutive numbered names become ranges. If that is still too long, *token* stands for the
    members of the group at the time of the tap.
    """
    targets = " ".join(compress_ranges(ordered_names(spaces, ctx)))
    return targets if len(targets) <= limit else token


def ordered_names(spaces: Sequence[str], ctx: AlertContext) -> list[str]:
    """Return the short names of *spaces* in natural order: team-2 before team-10."""
    wanted = set(spaces)
    return [ctx.name(space) for space in ctx.names.ids if space in wanted]


def has_verb(command: str, verbs: Collection[str]) -> bool:
    """Return whether *command* begins with one of *verbs*, of one or two words.

    >>> has_verb("variable delete team-a KEY", {"variable delete"}), has_verb("fly", {"wake"})
    (True, False)
    """
    first = command.split()
    return bool({" ".join(first[:1]), " ".join(first[:2])} & {*verbs})


def _available(specs: Sequence[ButtonSpec], name: str, ctx: AlertContext) -> list[ButtonSpec]:
    """Return *specs* with *name*, without unknown commands and duplicates."""
    labels: dict[str, str] = {}
    for label, command in _known(specs, ctx):
        labels.setdefault(command.format(name), label)
    return [(label, command) for command, label in labels.items()]


def _known(specs: Sequence[ButtonSpec], ctx: AlertContext) -> list[ButtonSpec]:
    return [spec for spec in specs if has_verb(spec[1], ctx.verbs)]
