"""The card that says that the bot cannot see, and since when."""

from bot.alerts.blindness import HubOutage
from bot.cards import Message
from bot.render import words
from bot.render.alerts import to_push_text
from bot.render.blocks import code, context, escape, message, section


def card(outage: HubOutage) -> Message:
    """Say that nothing is concluded, since when and why; or that it is over."""
    owners = words.join_names(sorted(outage.errors))
    sentence = f" It comes and goes: {outage.occurrences} times since {words.timestamp(outage.started_at)}."
    recurring = sentence if outage.first_at else ""
    if outage.ended_at:
        duration = words.duration(outage.ended_at - outage.since)
        text = f"I can see the Spaces of {owners} again after {duration}"
        period = f"{words.timestamp(outage.since)} to {words.timestamp(outage.ended_at)}"
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
            f"Blind since {words.timestamp(outage.since)}.{recurring} Until it answers I conclude "
            "nothing: cards show what was last seen, and new trouble is not told."
        ),
    )
