"""Files that may hold secrets: by their names, or by the tokens in them."""

import re

import pytest

from bot.errors import UsageError
from bot.uploads import plan_upload
from bot.uploads.secret_files import find_tokens, is_secret_file
from tests.tokens import TOKENS


@pytest.mark.parametrize(
    ("path", "is_secret"),
    [
        (".env", True),
        ("src/.ENV", True),
        (".env.production", True),
        ("certs/server.pem", True),
        ("id_rsa", True),
        (".env.example", False),
        ("app.py", False),
        ("environment.yml", False),
        ("pem.txt", False),
    ],
)
def test_file_is_recognized_by_its_name(path: str, is_secret: bool) -> None:
    assert is_secret_file(path) is is_secret


def test_secret_files_are_left_out_and_named() -> None:
    files = [("app.py", b"1"), (".env", b"A=1"), ("key.pem", b"x")]

    plan = plan_upload(files, "src", unpack=False)

    assert [*plan.files] == ["src/app.py"]
    assert plan.secret_files == ("src/.env", "src/key.pem")


def test_secret_files_are_uploaded_on_request() -> None:
    plan = plan_upload([(".env", b"A=1")], "", unpack=False, include_secrets=True)

    assert [*plan.files] == [".env"]
    assert plan.secret_files == ()


def test_upload_of_nothing_but_secret_files_is_rejected_with_their_names() -> None:
    with pytest.raises(UsageError, match=r"`\.env` may hold secrets"):
        plan_upload([(".env", b"A=1")], "", unpack=False)


TOKEN = TOKENS["hf_"].encode()


def test_token_in_a_file_is_named_by_file_and_kind_without_its_value() -> None:
    files = [("app.py", b"x = 1\ntoken = '" + TOKEN + b"'\n"), ("b.py", b"2")]

    with pytest.raises(UsageError) as caught:
        plan_upload(files, "", unpack=False)

    assert "`app.py` (Hugging Face token)" in str(caught.value)
    assert TOKEN.decode() not in str(caught.value)


def test_token_is_uploaded_on_request_and_still_named() -> None:
    plan = plan_upload([("app.py", TOKEN)], "", unpack=False, include_secrets=True)

    assert plan.tokens == {"app.py": ("Hugging Face token",)}
    assert [*plan.files] == ["app.py"]


@pytest.mark.parametrize(
    ("content", "kinds"),
    [
        (b"hf_home = '/data'", ()),
        (b"sk-learn-classifier-demo-2026", ()),
        (b"postgresql://user:password@localhost/db", ()),
        (b"\xff\xfe\x00" + TOKEN, ()),
    ],
)
def test_file_without_a_token_passes(content: bytes, kinds: tuple[str, ...]) -> None:
    assert find_tokens({"a": content}) == ({"a": kinds} if kinds else {})


@pytest.mark.parametrize("token", [t for t in TOKENS.values() if re.fullmatch(r"[\w.-]+", t)])
def test_token_in_the_name_of_a_file_is_named_without_its_value(token: str) -> None:
    with pytest.raises(UsageError) as refusal:
        plan_upload([(token, b"notes")], "", unpack=False)

    assert token not in str(refusal.value)
