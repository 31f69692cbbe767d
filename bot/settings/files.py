"""Values of settings from files: `.env`, and a file for each secret."""

from collections.abc import Callable, Mapping
from pathlib import Path

from dotenv import dotenv_values

from bot.settings.errors import SettingsError

_SUFFIX = "_FILE"


def with_dotenv(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return *environ* with defaults from the `.env` file in *folder*, if any.

    Raises:
        SettingsError: The file can't be read.

    """
    try:
        file = dotenv_values(folder / ".env", interpolate=False)  # a secret may contain "$"
    except (OSError, UnicodeDecodeError) as e:
        raise SettingsError([f".env can't be read ({e}). Fix or remove it."]) from e
    return {name: value for name, value in file.items() if value is not None} | dict(environ)


def read_secret_files(
    environ: Mapping[str, str], is_secret: Callable[[str], bool]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return *environ* with `NAME` in place of each `NAME_FILE`, and problems by `NAME`.

    systemd's credentials and the secrets of container platforms are files, so that a secret
    isn't in the environment, which child processes inherit.
    """
    values, problems = dict(environ), {}
    for variable, path in environ.items():
        name = variable.removesuffix(_SUFFIX)
        if name == variable or not is_secret(name):
            continue
        del values[variable]
        if not path.strip():
            continue
        if environ.get(name, "").strip():
            problems[name] = f"{variable} is set, and so is {name}. Keep one of them."
            continue
        values[name], problem = _read(Path(path.strip()))
        if problem:
            problems[name] = f"{variable} names a file that {problem}. Check the path."
    return values, problems


def _read(path: Path) -> tuple[str, str]:
    """Return the content of *path* without its last line break, and the problem, if any."""
    try:
        content = path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        return "", f"can't be read ({error.strerror})"
    except UnicodeDecodeError:
        return "", "isn't text"
    return content, "" if content.strip() else "is empty"
