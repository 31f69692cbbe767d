"""`hours`: class hours, outside which sleeping Spaces don't alert."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.alerts.actions import RemoveClassHours, SetClassHours
from bot.class_hours import ClassHours
from bot.class_hours.calendar_files import MAX_FILE_BYTES, Timetable, parse_calendar
from bot.class_hours.typed import ParsedHours, parse_class_hours
from bot.command import Context, Freshness, command
from bot.errors import UsageError
from bot.hub_facts import Flavor
from bot.model import Ask, Role, Source
from bot.operations import Verb, assess
from bot.parsing import to_command, tokenize
from bot.queries import PricesQuery, SharedFileQuery
from bot.render import confirmations
from bot.render.alerts import class_hours_replies as render
from bot.results import Answer, Fetch, Form
from bot.schedules.actions import ClassHoursQuery

#: Characters kept of a calendar's file name.
MAX_FILE_NAME = 200


def _form_errors(ask: Ask) -> Mapping[str, str]:
    if ask.files or ask.form_values.get(render.TIMES_FIELD, "").strip():
        return {}
    return {render.TIMES_FIELD: "Choose a calendar file, or type days and times."}


@command(
    "hours [targets] [days from-to]",
    role=Role.OPERATOR,
    freshness=Freshness.FORM,
    example="hours team-* mon,wed 09:45-12:00",
    check=_form_errors,
    does="set class hours",
    reads_times=True,
)
def hours(context: Context) -> Answer:
    """Let Spaces sleep without an alert outside class. Alone, it lists all class hours.

    Takes `except 24 dec`, `until 31 jan` and several days and times. With `wake` at the end, the
    Spaces are ready when class starts; paid hardware asks once, with its price. Without days, a
    form takes the term's calendar (.ics). `off` ends them. Alerts start 20 minutes before class.
    """
    if not context.words:
        return Fetch(
            ClassHoursQuery(),
            lambda found: render.hours_list(found, context.now, context.slash),
        )
    parsed = _parse(context, context.words)
    if context.ask.source is Source.MODAL:
        return _from_form(context, parsed)
    if parsed.is_off:
        return RemoveClassHours(parsed.targets)
    times = context.words[len(parsed.targets) :]
    spaces = context.resolve_for_action(parsed.targets, "hours", times)
    if not parsed.rules:
        return Form(render.form(parsed.targets), to_command(("hours", *parsed.targets)))
    return _set(context, SetClassHours(_typed_hours(context, parsed), spaces))


def _set(context: Context, action: SetClassHours) -> Answer:
    """Return *action*, which a person confirms if lessons start paid hardware."""
    spaces = [context.fleet[id] for id in action.spaces]
    risk = assess(Verb.WAKE, spaces) if action.hours.wakes else None
    if risk is None:
        return action

    def with_prices(found: Sequence[Flavor]) -> Answer:
        prices = {flavor.name: flavor.dollars_per_hour for flavor in found}
        dollars = sum(prices.get(space.hardware or "", 0.0) for space in risk.paid)
        warning = tuple(confirmations.warning(risk, context.names, prices))
        return replace(action, warning=warning, dollars_per_hour=dollars)

    return Fetch(PricesQuery(), with_prices)


def _parse(context: Context, words: Sequence[str]) -> ParsedHours:
    today = context.now.astimezone(ZoneInfo(context.zone)).date()
    parsed = parse_class_hours(words, today, context.zone)
    if not parsed.targets:
        raise UsageError(
            f"For which Spaces? For example `{context.slash} hours team-* mon,wed 09:45-12:00`."
        )
    return parsed


def _typed_hours(context: Context, parsed: ParsedHours) -> ClassHours:
    return ClassHours(
        parsed.targets, parsed.zone, context.ask.user, parsed.rules, wakes=parsed.wakes
    )


def _from_form(context: Context, parsed: ParsedHours) -> Answer:
    """Return the class hours of a submitted form; a calendar file goes before typed times."""
    values, files = context.ask.form_values, context.ask.files
    wake = ("wake",) if values.get(render.WAKE_FIELD) == "yes" else ()
    spaces = context.resolve_for_action(parsed.targets, "hours", ())
    if not files:
        times = tokenize(values.get(render.TIMES_FIELD, ""))
        typed = _parse(context, (*parsed.targets, *times, *wake))
        if not typed.rules:
            raise UsageError("On which days? For example `mon,wed 09:45-12:00`.")
        return _set(context, SetClassHours(_typed_hours(context, typed), spaces))

    def read(file: tuple[str, bytes]) -> Answer:
        name, content = file
        timetable = _read_calendar(content, context)
        found = ClassHours(
            parsed.targets,
            context.zone,
            context.ask.user,
            listed=timetable.lessons,
            file_name=name[:MAX_FILE_NAME],
            wakes=bool(wake),
        )
        return _set(context, SetClassHours(found, spaces, timetable.holidays))

    return Fetch(SharedFileQuery(files[0], MAX_FILE_BYTES), read)


def _read_calendar(content: bytes, context: Context) -> Timetable:
    try:
        return parse_calendar(content, context.zone, context.now)
    except UsageError as error:
        raise UsageError(f"{error} The class hours stay as they are.") from error
    except ModuleNotFoundError as error:
        raise UsageError(
            "I can't read calendar files here, because the extra `calendar` isn't installed. Use "
            "days and times instead."
        ) from error
