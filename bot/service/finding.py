"""Finding the facts that a command asks for."""

from typing import Any

from bot.alerts.wishes import Inquiry
from bot.questions import Question, SpaceOf
from bot.service import wishing
from bot.service.parts import Parts


def find(parts: Parts, question: Question | Inquiry) -> Any:
    """Return the answer to *question*, of the kind that the question names."""
    match question:
        case SpaceOf():
            return parts.hub.space(question.space)
        case Inquiry():
            return wishing.find(parts, question)
        case _:
            raise NotImplementedError(question)
