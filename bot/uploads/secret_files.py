"""Files of an upload that may hold secrets, by their names or contents."""

from collections.abc import Mapping

from bot.redaction import redact_secrets, token_kinds

_ENV = ".env"
# Endings of a template of `.env`, which holds no values.
_TEMPLATE_SUFFIXES = (".example", ".sample", ".template", ".dist")
_KEY_SUFFIXES = (".pem", ".key", ".p12", ".pfx")
_KEY_NAMES = frozenset({"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"})
# Larger files are data; searching them would delay the upload.
_MAX_SEARCHED_BYTES = 2 * 1024 * 1024


def is_secret_file(path: str) -> bool:
    """Return whether the file at *path* usually holds secrets.

    >>> is_secret_file("src/.env"), is_secret_file(".env.example"), is_secret_file("app.py")
    (True, False, False)
    """
    name = path.rpartition("/")[2].casefold()
    if name == _ENV or name.startswith(f"{_ENV}."):
        return not name.endswith(_TEMPLATE_SUFFIXES)
    return name in _KEY_NAMES or name.endswith(_KEY_SUFFIXES)


def find_tokens(files: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """Return the kinds of tokens in each of *files* that contains one, by redacted path.

    A path is searched too, because the Hub shows it.
    """
    found = {
        redact_secrets(path): tuple(dict.fromkeys((*_kinds_in_path(path), *_kinds_in(content))))
        for path, content in files.items()
    }
    return {path: kinds for path, kinds in found.items() if kinds}


def _kinds_in_path(path: str) -> tuple[str, ...]:
    return token_kinds(path) or (("token",) if redact_secrets(path) != path else ())


def _kinds_in(content: bytes) -> tuple[str, ...]:
    if len(content) > _MAX_SEARCHED_BYTES:
        return ()
    try:
        return token_kinds(content.decode())
    except UnicodeDecodeError:
        return ()  # not a text
