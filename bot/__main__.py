"""The command line: run, try, manifest, doctor, backup, restore."""

import errno
import gc
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TypeVar

import click

from bot import signals

if TYPE_CHECKING:
    from bot.settings import Settings

_T = TypeVar("_T")

# Seconds for an orderly stop. It must be shorter than the process manager's grace period, because
# a call to Slack or the Hub may hang.
_STOP_SECONDS = 8
# Packages of the extra and of the default group `try`.
_SANDBOX_PACKAGES = ("python_multipart", "websockets", "yaml")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="spacebot")
def main() -> None:
    """Operate a fleet of Hugging Face Spaces from Slack."""


@main.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address that HTTP listens on."
)
@click.option("--stop-at-eof", is_flag=True, hidden=True, help="Stop when standard input ends.")
def run(host: str, *, stop_at_eof: bool) -> None:
    """Run the bot, from the environment (.env is read too)."""
    with _paused_garbage_collector():
        settings = _settings()
        _configure_logging(settings)
        from bot import app
        from bot.store import DatabaseOpenError

    stop = Event()
    signals.set_on_signal(stop, exit_after=_STOP_SECONDS)
    if stop_at_eof:
        signals.terminate_at_eof(sys.stdin.fileno())
    try:
        app.run(settings, host, stop)
    except DatabaseOpenError as error:
        raise click.ClickException(f"The database {error} Nothing was started.") from error
    except OSError as error:
        raise _port_error(error, settings.port, "Set SPACEBOT_PORT to another") from error
    # Don't wait for hanging calls: their steps were stored before they were sent.
    logging.shutdown()
    os._exit(0)


@main.command(name="try")
@click.option(
    "--port",
    default=8700,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Where the page is served; 0 takes any free one.",
)
@click.option("--spaces", default=12, show_default=True, help="How many Spaces the class has.")
def try_(port: int, spaces: int) -> None:
    """Run the same bot against a sandbox.

    The sandbox is a Slack and a Hub on one local page, without an account.
    """
    from bot.manifest import manifest as make_manifest

    if missing := [name for name in _SANDBOX_PACKAGES if find_spec(name) is None]:
        raise click.ClickException(
            f"The sandbox needs packages that aren't installed: {', '.join(missing)}. Install "
            "`spacebot[try]`, or run `uv run spacebot try` in a checkout."
        )
    with _paused_garbage_collector():
        from bot.sandbox import try_command

    try:
        try_command.run(port, spaces, make_manifest(), _subcommands)
    except OSError as error:
        raise _port_error(error, port, "Choose another with --port") from error


def _subcommands() -> list[tuple[str, str, str]]:
    """Return name, usage and first line of the help of each command, sorted by name."""
    from bot import commands

    shown = sorted((c for c in commands.load().values() if not c.hidden), key=lambda c: c.name)
    return [(c.name, c.usage, c.help.partition("\n")[0]) for c in shown]


@main.command()
@click.option("--http", metavar="URL", help="For HTTP mode: the bot's public https address.")
def manifest(http: str | None) -> None:
    """Print the Slack app manifest to paste when creating the app."""
    from bot import manifest as app
    from bot.settings import read_command

    try:
        url = "" if http is None else app.request_url(http)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--http") from error
    command = _from_environment(read_command)
    click.echo(json.dumps(app.manifest(command, url), indent=2))


@main.command()
def doctor() -> None:
    """Check the setup; exit 1 on a failure.

    It checks tokens, scopes, channel, Hugging Face, database and clock.
    """
    with _paused_garbage_collector():
        settings = _settings()
        _configure_logging(settings, logging.ERROR)  # the report says the rest
        from bot import diagnostics
        from bot.slack import client

    client.logger.setLevel(logging.CRITICAL)  # slack_sdk logs each failed connection as an error

    results = diagnostics.diagnose(settings)
    for result in results:
        click.echo(result.line)
    sys.exit(0 if all(result.ok for result in results) else 1)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the SQLite database to a new FILE.

    The bot may keep running.
    """
    from bot.store import backup as backups

    try:
        size = backups.back_up(_database_url(), file)
    except backups.BackupError as error:
        raise click.ClickException(f"{error} Nothing was copied.") from error
    click.echo(f"Copied the database to {file} ({size / 1e6:.1f} MB).")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Put back the backup FILE.

    It goes where DATABASE_URL points; the place must be empty.
    """
    from bot.store import backup as backups

    try:
        size = backups.restore(file, _database_url())
    except backups.BackupError as error:
        raise click.ClickException(f"{error} Nothing was restored.") from error
    click.echo(f"Restored {size / 1e6:.1f} MB from {file}. Start the bot with `spacebot run`.")


@contextmanager
def _paused_garbage_collector() -> Iterator[None]:
    """Pause the garbage collector, and then exempt every object that exists.

    Collections take a tenth of the time of the imports and find next to nothing.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _database_url() -> str:
    from bot.settings import read_database_url

    return _from_environment(read_database_url)


def _settings() -> "Settings":
    from bot.settings import read

    return _from_environment(read)


def _from_environment(read: Callable[[Mapping[str, str]], _T]) -> _T:
    """Return what *read* takes from the environment and `.env`.

    Print an error of the settings and exit with code 2.
    """
    from bot.settings import SettingsError, with_dotenv

    try:
        return read(with_dotenv(os.environ, Path.cwd()))
    except SettingsError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


def _port_error(error: OSError, port: int, way_out: str) -> click.ClickException:
    """Return the error for a *port* that can't be opened; *way_out* names the fix."""
    if error.errno not in (errno.EADDRINUSE, errno.EACCES):
        return click.ClickException(f"{error}. Nothing was started.")
    why = "is taken" if error.errno == errno.EADDRINUSE else "can't be opened by this user"
    return click.ClickException(
        f"Port {port} {why}. Nothing was started. {way_out}, or 0 for any free one."
    )


def _configure_logging(settings: "Settings", level: int = logging.INFO) -> None:
    from bot import log_config

    tokens = (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    secrets = [*tokens, settings.hf_token, *settings.secrets.values()]
    values = [secret.get_secret_value() for secret in secrets if secret]
    log_config.configure(secrets=[*values, settings.heartbeat_url or ""], level=level)
    log_config.log_uncaught()


if __name__ == "__main__":
    main()
