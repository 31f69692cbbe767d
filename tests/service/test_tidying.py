"""What makes a Space fit to be shown: no secrets, bounded, and the same error cleaned once."""

from bot.model import Space
from bot.service import Bot, tidying


def test_an_error_that_many_show_is_cleaned_once(bot: Bot) -> None:
    tidy = tidying.tidier(bot)
    died = "\x1b[31mboom hf_testtoken"
    one, other = (tidy(Space(id, "RUNTIME_ERROR", error=f"{died}")) for id in ("acme/a", "acme/b"))
    assert one.error == "boom ***"
    assert one.error is other.error
