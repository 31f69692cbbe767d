"""
The settings, read once at the start from variables, `.env` and secret files.

The environment is an argument: nothing here reads that of the process.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.redaction import has_secret
from bot.settings import types
from bot.settings.errors import SettingsError, did_you_mean
from bot.settings.schema import (
    FIELD_BY_VARIABLE,
    SECRET_PREFIX,
    SECRET_VARIABLES,
    VARIABLE_BY_FIELD,
    Settings,
)

_FILE_SUFFIX = "_FILE"

# Kubernetes sets these for a Service named spacebot; they aren't settings.
_SERVICE_LINK = re.compile(r"SPACEBOT_(SERVICE_|PORT_\d)")
_TRUE_VALUES = {"1", "ON", "YES", "TRUE"}  # what huggingface_hub takes for "on"


def read(environ: Mapping[str, str]) -> Settings:
    """
    Return the settings in *environ*.

    Raises:
        SettingsError: Some variables are missing or invalid; it has all problems.

    """
    environ, file_problems = read_secret_files(environ, _is_secret)
    try:
        settings, errors = Settings.model_validate(_own_variables(environ)), []
    except ValidationError as e:
        settings, errors = None, [(_variable(error), error) for error in e.errors()]
    # A secret whose file can't be read has one problem, not a second one about its value.
    problems = [_problem(name, error) for name, error in errors if name not in file_problems]
    problems += file_problems.values()
    problems += _exposed_secrets(environ, {name for name, _ in errors})
    problems += _debug_problems(environ)
    if settings is None or problems:
        raise SettingsError(problems)
    return settings


def read_command(environ: Mapping[str, str]) -> str:
    """
    Return the slash command's name, because the manifest is made before other settings exist.

    Raises:
        SettingsError: The name is invalid.

    """
    return str(_read_one("command", types.Command, environ))


def read_database_url(environ: Mapping[str, str]) -> str:
    """
    Return the database's address, because a backup needs no other setting.

    Raises:
        SettingsError: The address is invalid.

    """
    environ, problems = read_secret_files(environ, "DATABASE_URL".__eq__)
    if problems:
        raise SettingsError(problems.values())
    return str(_read_one("database_url", types.DatabaseUrl, environ))


def _read_one(name: str, kind: Any, environ: Mapping[str, str]) -> Any:
    """Return the value of the field *name*, of type *kind*, or its default."""
    value = _strip_quotes(environ.get(VARIABLE_BY_FIELD[name], ""))
    try:
        return TypeAdapter(kind).validate_python(value or Settings.model_fields[name].default)
    except ValidationError as e:
        problems = [_problem(VARIABLE_BY_FIELD[name], error) for error in e.errors()]
        raise SettingsError(problems) from None


def _is_secret(name: str) -> bool:
    return name in SECRET_VARIABLES or name.startswith(SECRET_PREFIX)


def _own_variables(environ: Mapping[str, str]) -> dict[str, object]:
    """Return Spacebot's own variables; an empty one counts as unset, as in compose files."""
    own: dict[str, object] = {
        name: text
        for name, value in environ.items()
        if (name in FIELD_BY_VARIABLE or name.startswith("SPACEBOT_"))
        if not name.startswith(SECRET_PREFIX) and not _SERVICE_LINK.match(name)
        if (text := _strip_quotes(value))
    }
    secrets = {
        name.removeprefix(SECRET_PREFIX): value
        for name, value in environ.items()
        if name.startswith(SECRET_PREFIX)
    }
    return own | {SECRET_PREFIX: secrets}


def _strip_quotes(value: str) -> str:
    """Return *value* without blanks and the quotes that `docker --env-file` keeps."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1].strip()
    return value


def _variable(error: ErrorDetails) -> str:
    """Return the name of the variable that an error of pydantic is about."""
    name, *inner = map(str, error["loc"])
    name = VARIABLE_BY_FIELD.get(name, name)  # for a default pydantic reports the field's name
    return name + inner[0] if name == SECRET_PREFIX and inner else name


def _problem(name: str, error: ErrorDetails) -> str:
    """Return the message for an error of pydantic about the variable *name*."""
    if error["type"] == "missing":
        return f"{name} isn't set. {FIELD_BY_VARIABLE[name].description}"
    if error["type"] == "extra_forbidden":
        hint = did_you_mean(name, FIELD_BY_VARIABLE) or " Remove it."
        return f"{name} isn't a Spacebot variable.{hint}"
    return f"{name} {error.get('ctx', {}).get('error', error['msg'])}"


def _exposed_secrets(environ: Mapping[str, str], reported: Collection[str]) -> list[str]:
    """Return a problem for each secret in a variable that messages and logs show."""
    return [
        (
            f"{name} contains a token or password, but its value is visible in messages. Remove "
            "it and rotate it."
        )
        for name in sorted(FIELD_BY_VARIABLE.keys() - SECRET_VARIABLES - set(reported))
        if has_secret(environ.get(name, ""))
    ]


def _debug_problems(environ: Mapping[str, str]) -> Iterable[str]:
    if environ.get("HF_DEBUG", "").upper() in _TRUE_VALUES:
        yield "HF_DEBUG is on, which writes the Spaces' secrets to the log. Remove it."


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
        name = variable.removesuffix(_FILE_SUFFIX)
        if name == variable or not is_secret(name):
            continue
        del values[variable]
        if not path.strip():
            continue
        if environ.get(name, "").strip():
            problems[name] = f"{variable} is set, and so is {name}. Keep one of them."
            continue
        values[name], problem = _read_file(Path(path.strip()))
        if problem:
            problems[name] = f"{variable} names a file that {problem}. Check the path."
    return values, problems


def _read_file(path: Path) -> tuple[str, str]:
    """Return the content of *path* without its last line break, and the problem, if any."""
    try:
        content = path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        return "", f"can't be read ({error.strerror})"
    except UnicodeDecodeError:
        return "", "isn't text"
    return content, "" if content.strip() else "is empty"
