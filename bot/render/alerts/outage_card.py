"""The card of a Hub outage."""

from bot.alerts.hub_outage import HubOutage
from bot.cards import Message
from bot.render import formatting
from bot.render.alerts.incident_card import to_push_text
from bot.render.blocks import code, context, escape, message, section


def card(outage: HubOutage) -> Message:
    """Return the card of *outage*: since when and why, or that it is over."""
    owners = formatting.join_names(sorted(outage.errors))
    sentence = (
        f" It comes and goes: {outage.occurrences} times since "
        f"{formatting.timestamp(outage.started_at)}."
    )
    recurring = sentence if outage.first_at else ""
    if outage.ended_at:
        duration = formatting.duration(outage.ended_at - outage.since)
        text = f"I can see the Spaces of {owners} again after {duration}"
        period = f"{formatting.timestamp(outage.since)} to {formatting.timestamp(outage.ended_at)}"
        return message(
            to_push_text(text),
            section(f":eye: *{escape(text)}*"),
            context(f"Blind from {period}.{recurring} What changed meanwhile is on its card."),
        )
    text = f"I cannot see the Spaces of {owners}: the Hub does not answer as it should"
    errors = [code(error, 200) for error in dict.fromkeys(outage.errors.values())]
    return message(
        to_push_text(text),
        section(f":see_no_evil: *{escape(text)}*\n{' '.join(errors)}"),
        context(
            f"Blind since {formatting.timestamp(outage.since)}.{recurring} Until it answers I "
            "conclude "
            "nothing: cards show what was last seen, and new trouble is not told."
        ),
    )
