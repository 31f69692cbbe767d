"""The alert channel: the channel that the settings name."""

from bot.alerts.channels import AlertChannel, configured
from bot.settings import Settings
from bot.store import Tx, channels


def load(tx: Tx, settings: Settings) -> AlertChannel:
    """Return the stored state of the alert channel."""
    return configured(channels.alert_channel(tx), settings.alert_channel)


def load_key(tx: Tx, settings: Settings) -> str:
    """Return the id of the alert channel, or its configured name until it is resolved."""
    return load(tx, settings).key
