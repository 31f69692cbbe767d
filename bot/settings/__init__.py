"""The settings, read once from environment variables at the start."""

from bot.settings.environment import read, read_command, read_database_url, with_dotenv
from bot.settings.errors import SettingsError
from bot.settings.schema import Settings
from bot.settings.types import ALERT_WORDS

__all__ = [
    "ALERT_WORDS",
    "Settings",
    "SettingsError",
    "read",
    "read_command",
    "read_database_url",
    "with_dotenv",
]
