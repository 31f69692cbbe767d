"""The pages: every link has a target, and the page of commands matches the code.

`GOLDEN=write` writes the page of commands.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import commands
from bot.causes import CATALOG, ResponsibleParty, TextSource
from bot.command import Command
from bot.model import Role
from bot.render.causes import PARTY_NAMES
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/*.md")])
COMMANDS_PAGE = ROOT / "docs/commands.md"
_END_OF_INTRODUCTION = "-->\n"

_HEADINGS = {Role.VIEWER: "For everyone", Role.OPERATOR: "For operators", Role.ADMIN: "For admins"}


def commands_page() -> str:
    """Return the page of commands as it should be."""
    known = sorted(commands.load().values(), key=lambda command: command.name)
    introduction, end, _ = COMMANDS_PAGE.read_text().partition(_END_OF_INTRODUCTION)
    parts = [introduction + end]
    for role, heading in _HEADINGS.items():
        parts.append(f"## {heading}\n")
        parts += [_section(command) for command in known if command.role is role]
    return "\n".join(parts)


def _section(command: Command) -> str:
    lines = [f"### `/space {command.usage}`", "", command.help]
    if command.details:
        lines += ["", command.details]
    if command.takes_time:
        lines += ["", "It takes a [time](schedules.md)."]
    if command.example:
        lines += ["", f"Example: `/space {command.example}`"]
    return "\n".join([*lines, ""])


def test_the_page_of_commands_is_what_the_code_says() -> None:
    if os.environ.get("GOLDEN") == "write":
        COMMANDS_PAGE.write_text(commands_page())
    assert COMMANDS_PAGE.read_text() == commands_page()


_BEGIN, _END = "tests/test_docs.py -->\n", "<!-- end of the known causes -->"
_SOURCES = {
    TextSource.REFUSAL: "a refusal",
    TextSource.ACT: "a refusal",
    TextSource.ERROR: "its error",
    TextSource.LOG: "its log",
}


def causes_table() -> str:
    """Return the known causes as a table: the fact, its source, and the advice."""
    rows = ["", "| Cause | Known from | Who can fix it | Do |", "|---|---|---|---|"]
    for cause in CATALOG:
        sources = " or ".join(dict.fromkeys(_SOURCES[source] for source in cause.patterns))
        fact = cause.fact.replace("{key}", "`KEY`")
        command = cause.command.replace("{}", "team-a") + (" KEY" if cause.takes_key else "")
        advice = " ".join(filter(None, [cause.advice, f"`/space {command}`" if command else ""]))
        party = PARTY_NAMES[cause.responsible]
        rows.append(f"| {fact} | {sources} | {party} | {advice or 'Read its log.'} |")
    return "\n".join([*rows, "", ""])


def causes_by_responsible_party() -> str:
    """Return a list of the known causes by who can fix them."""
    lines = [""]
    for party in ResponsibleParty:
        facts = [
            cause.fact.replace("{key}", "`KEY`") for cause in CATALOG if cause.responsible is party
        ]
        lines.append(
            f"- **{PARTY_NAMES[party][0].upper()}{PARTY_NAMES[party][1:]}**: {' '.join(facts)}"
        )
    return "\n".join([*lines, "", ""])


@pytest.mark.parametrize(
    ("name", "write"), [("troubleshooting", causes_table), ("alerts", causes_by_responsible_party)]
)
def test_pages_list_the_known_causes_of_the_catalog(name: str, write: Callable[[], str]) -> None:
    page = ROOT / f"docs/{name}.md"
    before, begin, rest = page.read_text().partition(_BEGIN)
    _, end, after = rest.partition(_END)
    wanted = before + begin + write() + end + after
    if os.environ.get("GOLDEN") == "write":
        page.write_text(wanted)
    assert page.read_text() == wanted


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize(
    "variable", [str(f.validation_alias) for f in Settings.model_fields.values()]
)
def test_each_variable_is_on_the_page_of_the_configuration(variable: str) -> None:
    page = (ROOT / "docs/configuration.md").read_text()
    assert re.search(rf"^\| `{variable}\b|^\| `{variable}<KEY>`", page, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_name_only_variables_that_exist(page: Path) -> None:
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    words = re.findall(r"\b((?:SPACEBOT|SLACK|HF|DATABASE)_[A-Z_]+)", page.read_text())
    named = {
        word.removesuffix("_FILE") for word in words if not word.startswith("SPACEBOT_SECRET_")
    }
    assert named - known - {"SPACEBOT_NOTHING_SKIPPED"} == set()


@pytest.mark.parametrize("role", Role, ids=lambda role: role.name.lower())
def test_the_page_of_permissions_names_each_command_of_a_role(role: Role) -> None:
    page = (ROOT / "docs/security.md").read_text()
    (row,) = re.findall(rf"^\| {role.name.capitalize()} \|.*$", page, re.MULTILINE)
    named = set(re.findall(r"`([a-z]+)`", row))
    own = {c.name.split()[0] for c in commands.load().values() if c.role is role and not c.hidden}
    assert named == own


def test_the_readme_names_each_required_variable() -> None:
    readme = (ROOT / "README.md").read_text()
    required = [f for f in Settings.model_fields.values() if f.is_required()]
    assert all(f"`{field.validation_alias}`" in readme for field in required)


def test_each_metric_is_on_the_page_of_operations() -> None:
    from bot.metrics import REGISTRY

    page = (ROOT / "docs/operations.md").read_text()
    own = {
        metric.name
        for metric in REGISTRY.collect()
        if not metric.name.startswith("spacebot_process")
    }
    assert own
    assert not {name for name in own if name not in page}


def test_the_readme_fits_on_a_few_screens() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 160


def test_each_test_that_the_threat_model_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "SECURITY.md").read_text()))
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    assert len(named) > 15
    assert named - defined == set()
