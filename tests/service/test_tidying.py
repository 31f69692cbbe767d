"""What makes a Space fit to be shown: no secrets, bounded, and the same error cleaned once."""

from bot.model import Space
from bot.service import Bot, tidying


def test_an_error_that_many_show_is_cleaned_once(bot: Bot) -> None:
    tidy = tidying.tidier(bot)
    one, other = (
        tidy(
            Space(f"acme/{name}", "RUNTIME_ERROR", error="".join(["\x1b[31mboom ", "hf_testtoken"]))
        )
        for name in "ab"
    )
    assert one.error == "boom ***"
    assert one.error is other.error
