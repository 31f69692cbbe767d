"""Sanitized Spaces: no secrets, bounded text, and equal errors sanitized once."""

from bot.model import Space
from bot.service import Bot, sanitizing


def test_shared_error_is_sanitized_once(bot: Bot) -> None:
    tidy = sanitizing.make_sanitizer(bot.deps.settings)
    died = "\x1b[31mboom hf_testtoken"
    one, other = (tidy(Space(id, "RUNTIME_ERROR", error=f"{died}")) for id in ("acme/a", "acme/b"))
    assert one.error == "boom ***"
    assert one.error is other.error
