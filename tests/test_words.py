"""All text for people follows the wording rules: golden messages, pages and strings."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.stages import STAGES

ROOT = Path(__file__).parents[1]
_MAX_WORDS = 20  # in a sentence
# Each pattern with what to write instead.
FORBIDDEN = {
    r"\banew\b": "again",
    r"\balike\b": "the same",
    r"\bfor ever\b": "permanently",
    r"\bshall\b": "will, should",
    r"\bwhoever\b|\bnobody's\b|\bof which\b|\bwhom\b": "plainer words",
    r"\bso that it\b": "so it",
    r"\b(may|must) not\b": "can't, mustn't",
    r"\b(is|are|was|were|do|does|did|has|have|can|could|would|will) not\b|\bcannot\b": "n't",
    r"\bI (am|have|will|would)\b|\byou (are|have|will)\b|\bit is\b|\bthat is\b": "a contraction",
    r"\bverbs?\b": "command",
    r"\bLeave it\b": "Cancel",
    r"\bis there already\b": "already exists",
    r"\bsomebody\b": "someone",
    r"\bhears? of\b|\btold in\b|\bpings?\b": "alert",
    r"\bLook closer\b|\bLook again\b": "Details, Refresh",
    r"\bin trouble\b|\bmeanwhile\b": "plainer words",
    r"\b(organis|recognis|colour|flavour|behaviour|favour|centre|cancell(?=ing))\w*": "US spelling",
    r"(?<=\w)·(?=\w)": "|",
    r"\b[Tt]he Hub\b": "Hugging Face",
    rf"\b({'|'.join(STAGES)})\b": "plain words, or code font",
}
_PLACES = (
    "render", "commands", "parsing", "settings", "diagnostics", "uploads", "errors.py",
    "__main__.py", "hub/errors.py", "slack/errors.py",
)  # fmt: skip
# A stage that isn't alone in code font: `BUILD_ERROR: torch`.
_RAW_STAGE = re.compile(rf"(?<!`)\b({'|'.join(STAGES)})\b|\b({'|'.join(STAGES)})\b(?!`)")


def find_violations(text: str) -> list[str]:
    """Return each forbidden word in *text* with its neighbors and the advice."""
    return [
        f"…{text[max(0, match.start() - 30) : match.end() + 20]}… -> {advice}".replace("\n", " ")
        for pattern, advice in FORBIDDEN.items()
        for match in re.finditer(pattern, text)
    ]


def _texts(value: object) -> Iterator[str]:
    """Return the texts that Slack shows, in *value*, a message or a part of one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str):
                if name in {"text", "alt_text", "title", "label", "hint", "placeholder"}:
                    yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


GOLDENS = sorted((ROOT / "tests/golden").rglob("*.json"))


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_message_follows_the_rules(path: Path) -> None:
    texts = _texts(json.loads(path.read_text()))
    assert [line for text in texts for line in find_violations(without_code(text))] == []


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_sentence_of_a_message_is_long(path: Path) -> None:
    texts = _texts(json.loads(path.read_text()))
    assert [line for text in texts for line in long_sentences(text)] == []


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_stage_is_in_words_or_alone_in_code_font(path: Path) -> None:
    texts = _texts(json.loads(path.read_text()))
    shown = [re.sub(r"```.*?```", "", text, flags=re.DOTALL) for text in texts]
    assert [text for text in shown if _RAW_STAGE.search(text)] == []


def without_code(text: str) -> str:
    """Return *text* without code and quotations, which are other people's words."""
    return re.sub(r"```.*?```|`[^`]*`|“[^”]*”", "", text, flags=re.DOTALL)


def long_sentences(text: str) -> list[str]:
    """Return the sentences of *text* with too many words.

    Code, a quotation, a time, a link and a list of names are one word each.
    """
    shown = re.sub(r"<!date\^[^>]*>|`[^`]*`|“[^”]*”", "x", re.sub(r"```[^`]*```", "", text))
    shown = re.sub(r"<[^|>]*\|([^>]*)>", r"\1", shown)
    shown = re.sub(r"\S+(, \S+)+ and (\d+ more|\S+)", "x", shown)
    sentences = re.split(r"(?<=[.!?])\*?\s|\n| · |: ", shown)
    return [one for one in sentences if len(re.findall(r"\S*\w\S*", one)) > _MAX_WORDS]


# What a page may say although a message may not: glossary terms, and some uncontracted verbs.
_FINE_ON_PAGES = {"a contraction", "alert", "command", "Hugging Face"}
# The page with the help texts, which people read in messages, too.
_HELP_PAGE = ROOT / "docs/commands.md"
PAGES = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / ".env.example",
    *(page for page in sorted(ROOT.glob("docs/*.md")) if page.stem != "architecture"),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_page_follows_the_rules(page: Path) -> None:
    fine = _FINE_ON_PAGES - ({"Hugging Face"} if page == _HELP_PAGE else set())
    found = find_violations(without_code(page.read_text()))
    assert [line for line in found if line.rpartition("-> ")[2] not in fine] == []


def _sentence(node: ast.AST) -> str:
    """Return the text of a string constant with several words, or an empty string."""
    text = node.value if isinstance(node, ast.Constant) else ""
    return text if isinstance(text, str) and " " in text else ""


def _sentences(path: Path) -> Iterator[str]:
    """Return the string constants of *path* that read like sentences, without docstrings."""
    tree = ast.parse(path.read_text())
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
            )
        elif node not in docstrings:
            yield _sentence(node)


SOURCES = [
    path
    for place in _PLACES
    for path in sorted(
        [ROOT / "bot" / place] if place.endswith(".py") else (ROOT / "bot" / place).rglob("*.py")
    )
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "bot")))
def test_each_sentence_of_the_code_follows_the_rules(path: Path) -> None:
    assert [v for text in _sentences(path) for v in find_violations(without_code(text))] == []
