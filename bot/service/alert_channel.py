"""The alert channel: the channel that the settings name."""

from bot.alerts.channels import AlertChannel, configured
from bot.service.dependencies import Dependencies
from bot.store import Tx, channels


def load(deps: Dependencies, tx: Tx) -> AlertChannel:
    """Return the stored state of the alert channel."""
    return configured(channels.alert_channel(tx), deps.settings.alert_channel)


def load_key(deps: Dependencies, tx: Tx) -> str:
    """Return the id of the alert channel, or its configured name until it is resolved."""
    return load(deps, tx).key
