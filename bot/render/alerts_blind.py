"""The card that says that the bot cannot see, and since when."""

from bot.alerts.blindness import Blindness
from bot.cards import Message
from bot.render import words
from bot.render.alerts import plain
from bot.render.blocks import code, context, escape, message, section


def blind(blindness: Blindness) -> Message:
    """Say that nothing is concluded, since when and why; or that it is over."""
    whose = words.listed(sorted(blindness.owners))
    often = f" It comes and goes: {blindness.times} times since {words.moment(blindness.begun)}."
    again = often if blindness.first else ""
    if blindness.until:
        took = words.span(blindness.until - blindness.since)
        text = f"I can see the Spaces of {whose} again after {took}"
        span = f"{words.moment(blindness.since)} to {words.moment(blindness.until)}"
        return message(
            plain(text),
            section(f":eye: *{escape(text)}*"),
            context(f"Blind from {span}.{again} What changed meanwhile is on its card."),
        )
    text = f"I cannot see the Spaces of {whose}: the Hub does not answer as it should"
    why = [code(error, 200) for error in dict.fromkeys(blindness.owners.values())]
    return message(
        plain(text),
        section(f":see_no_evil: *{escape(text)}*\n{' '.join(why)}"),
        context(
            f"Blind since {words.moment(blindness.since)}.{again} Until it answers I conclude "
            "nothing: cards show what was last seen, and new trouble is not told."
        ),
    )
