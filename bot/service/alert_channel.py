"""The channel of the settings, by its id."""

from bot.alerts.channels import AlertChannel, configured
from bot.service.parts import Parts
from bot.store import Tx, channels


def read(parts: Parts, tx: Tx) -> AlertChannel:
    """Return what is known of the channel that the settings name."""
    return configured(channels.alert_channel(tx), parts.settings.alert_channel)


def key(parts: Parts, tx: Tx) -> str:
    """Return the id of the alert channel; its configured name until it is resolved."""
    return read(parts, tx).key
