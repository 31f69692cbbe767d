"""The card of a Hub outage."""

from bot.alerts.hub_outage import HubOutage
from bot.cards import Message
from bot.render import formatting
from bot.render.alerts.incident_card import to_push_text
from bot.render.blocks import code, context, escape, message, section


def card(outage: HubOutage) -> Message:
    """Return the card of *outage*: since when and why, or that it is over."""
    owners = formatting.join_names(sorted(outage.errors))
    first = formatting.time_of_day(outage.started_at)
    recurring = f"{outage.occurrences} outages since {first}. " if outage.first_at else ""
    if outage.ended_at:
        duration = formatting.duration(outage.ended_at - outage.since)
        text = f"Hugging Face is reachable again (down {duration})"
        return message(
            to_push_text(text),
            section(f":white_check_mark: *{escape(text)}*"),
            context(f"{recurring}Anything that changed is on its card."),
        )
    text = f"Can't reach the Spaces of {escape(owners)} on Hugging Face"
    since = f"since {formatting.time_of_day(outage.since)}"
    errors = [code(error, 200) for error in dict.fromkeys(outage.errors.values())]
    return message(
        to_push_text(f"{text} {since}. Alerts are paused."),
        section(f":warning: *{text}* {since}\n{' '.join(errors)}"),
        context(
            f"{recurring}Alerts are paused and cards may be out of date. "
            "I'll update this message when it's back."
        ),
    )
