"""The card of a Hub outage."""

from datetime import datetime

from bot.alerts.hub_outage import HubOutage
from bot.cards import Message
from bot.render import formatting
from bot.render.alerts.incident_card import to_push_text
from bot.render.blocks import code, context, escape, message, section


def card(outage: HubOutage) -> Message:
    """Return the card of *outage*: since when and why, or that it is over."""
    first = formatting.time_of_day(outage.started_at)
    recurring = f"{outage.occurrences} outages since {first}. " if outage.first_at else ""
    if outage.ended_at:
        return _ended(outage, recurring)
    if outage.limited_until:
        return _rate_limit_card(outage.limited_until, recurring)
    owners = formatting.join_names(sorted(outage.errors))
    text = f"Can't reach the Spaces of {escape(owners)} on Hugging Face"
    errors = [code(error, 200) for error in dict.fromkeys(outage.errors.values())]
    return message(
        to_push_text(
            f"{text} since {formatting.plain_time_of_day(outage.since)}. Alerts are paused."
        ),
        section(
            f":warning: *{text}* since {formatting.time_of_day(outage.since)}\n{' '.join(errors)}"
        ),
        context(
            f"{recurring}Alerts are paused and cards may be out of date. "
            "I'll update this message when it's back."
        ),
    )


def _ended(outage: HubOutage, recurring: str) -> Message:
    duration = formatting.duration((outage.ended_at or outage.since) - outage.since)
    text = f"Hugging Face is reachable again (down {duration})"
    if outage.limited_until:
        text = f"Hugging Face is no longer rate-limiting us (it was for {duration})"
    return message(
        to_push_text(text),
        section(f":white_check_mark: *{escape(text)}*"),
        context(f"{recurring}Anything that changed is on its card."),
    )


def _rate_limit_card(until: datetime, recurring: str) -> Message:
    """Return the card of a rate limit, which isn't an outage but hides changes."""
    text = "Hugging Face is rate-limiting us until"
    return message(
        to_push_text(f"{text} {formatting.plain_time_of_day(until)}. Alerts are paused."),
        section(f":hourglass: *{text} {formatting.time_of_day(until)}*"),
        context(
            f"{recurring}Alerts are paused until then and cards may be out of date. "
            "I'll update this message when it's over."
        ),
    )
