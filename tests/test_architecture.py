"""The architecture: its page, tests and docstrings, and few places that catch any exception."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
BOT, UNIT, CONTRACT = ROOT / "bot", ROOT / "tests" / "unit", ROOT / "tests" / "contract"
PAGE = (ROOT / "docs" / "architecture.md").read_text()

#: Modules without `tests/unit/<path>/test_<module>.py`, by the reason. Keep it short.
UNMIRRORED = {
    "holds data, which types check": {
        "alerts/actions",
        "hub_facts",
        "operations/verb_spec",
        "queries",
        "results",
        "schedules/actions",
        "settings/schema",
        "render/alerts/context",
        "service/dependencies",
        "store/schema/alerts",
        "store/schema/cards",
        "store/schema/fleet",
        "store/schema/operations",
        "store/schema/requests",
    },
    "is data, which tests/unit/causes/test_catalog.py checks": {"causes/cause", "causes/general"},
    "connects the parts, which tests/e2e runs": {"app"},
    "gathers or applies for a decision that has its own test; tests/stories runs it": {
        "commands/doctor",
        "service/alerts/actions",
        "service/alerts/board",
        "service/alerts/effect",
        "service/alerts/evaluation",
        "service/alerts/history",
        "service/alerts/log_diagnosis",
        "service/alerts/notify",
        "service/alerts/observe",
        "service/alerts/routing",
        "service/request_state",
        "service/requests/abandoned",
        "service/requests/command_run",
        "service/requests/request_context",
        "service/requests/operation_results",
        "service/requests/scheduling",
        "service/schedule_card",
        "service/requests/upload_files",
    },
    "speaks to the Hub or Slack; tests/contract runs it against real servers": {
        "hub/client",
        "network/deadline",
        "hub/guards",
        "hub/http",
        "hub/reads",
        "slack/client",
        "slack/history",
    },
    "a table; tests/test_sentences.py reads each of its sentences": {"slack/refusal_sentences"},
}


#: Modules under MIN_LINES, by the reason. A package's `__init__` may be short, and a command has a
#: file of its own.
SHORT = {
    "one table of the store each": {"store/key_values"},
}
MIN_LINES, MAX_LINES = 30, 265

#: Public functions without a docstring, by the reason.
UNDOCUMENTED = {
    "the interface of SQLAlchemy": {
        f"store/schema/types.{column}.process_{step}"
        for column in ("UtcTimestamp", "CardKeyText")
        for step in ("bind_param", "result_value")
    },
}
#: Decorators whose docstring is the help that people read, which has its own rules.
HELP = {"command", "main"}
MAX_WORDS, MAX_FUNCTION_LINES = 15, 40


def test_every_module_is_on_the_architecture_page() -> None:
    listed = set()
    for section in PAGE.split("\n### `bot/")[1:]:
        folder = section.partition("`")[0].strip("/")
        names = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
        listed |= {f"{folder}/{name}".lstrip("/") for name in names}

    assert listed == {name for name, path in modules().items() if has_docstring(path)}


def test_the_walks_name_modules_and_functions_that_exist() -> None:
    walks = PAGE.partition("## Three walks")[2].partition("## Modules")[0]
    named = set(re.findall(r"`([A-Za-z_.]+)`", walks)) - {"repr"}

    assert {name for name in named if not (is_module(name) or is_definition(name))} == set()


def test_every_module_has_tests_of_its_name_or_a_reason() -> None:
    unmirrored = {name for name in modules() if not is_package(name) and not is_mirrored(name)}

    assert unmirrored == {name for names in UNMIRRORED.values() for name in names}


def test_every_unit_test_has_the_path_of_its_module() -> None:
    stray = {
        str(path.relative_to(ROOT))
        for path in UNIT.rglob("test_*.py")
        if not any(path.stem[5:] == name or path.stem[5:].startswith(f"{name}_") for name in
                   names_beside(path.relative_to(UNIT).parent))
    }  # fmt: skip

    assert stray == set()


def test_modules_are_neither_long_nor_short_without_a_reason() -> None:
    lines = {name: len(path.read_text().splitlines()) for name, path in modules().items()}
    short = {
        name
        for name in lines
        if lines[name] < MIN_LINES and not is_package(name) and not name.startswith("commands/")
    }

    assert {name for name in lines if lines[name] > MAX_LINES} == set()
    assert short == {name for names in SHORT.values() for name in names}


def test_broad_excepts_are_few_and_say_why() -> None:
    broad = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "bot").rglob("*.py")
        if "sandbox" not in path.parts
        for line in path.read_text().splitlines()
        if re.match(r"\s*except (Base)?Exception\b", line)
    ]

    assert len(broad) <= 8
    assert [line for line in broad if not re.search(r"# (noqa: BLE001 - )?(?!noqa)\w", line)] == []


def test_every_public_name_has_a_docstring_or_a_reason() -> None:
    missing = {
        name
        for name, node in definitions()
        if ast.get_docstring(node) is None and not re.search(r"\._", name)
    }

    assert missing == {name for names in UNDOCUMENTED.values() for name in names}


def test_first_sentences_of_docstrings_are_short() -> None:
    texts = [
        (name, ast.get_docstring(node) or "")
        for name, node in definitions()
        if not HELP & decorators(node)
    ]
    texts += [(name, ast.get_docstring(tree(path)) or "") for name, path in modules().items()]

    sentences = ((name, re.split(r"(?<=[.?!])\s", text)[0]) for name, text in texts)
    assert [one for one in sentences if len(one[1].split()) > MAX_WORDS] == []


def test_functions_are_short() -> None:
    lengths = {
        name: (node.end_lineno or 0) - node.lineno + 1
        for name, node in definitions()
        if not isinstance(node, ast.ClassDef)
    }

    assert {name for name, lines in lengths.items() if lines > MAX_FUNCTION_LINES} == set()


def definitions() -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef]]:
    """Yield the functions, classes and methods of the bot by name, without nested functions."""
    for module, path in modules().items():
        for name, node in members(tree(path)):
            yield f"{module}.{name}", node


def members(
    parent: ast.Module | ast.ClassDef, prefix: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef]]:
    """Yield the functions and classes of a module or a class, with those of its classes."""
    for node in parent.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield f"{prefix}{node.name}", node
        if isinstance(node, ast.ClassDef):
            yield from members(node, f"{prefix}{node.name}.")


def is_module(name: str) -> bool:
    """Return whether *name* is the end of the path of a module or package."""
    wanted = f"/{name.replace('.', '/')}"
    return any(f"/{module.removesuffix('/__init__')}".endswith(wanted) for module in modules())


def is_definition(name: str) -> bool:
    """Return whether a class, function or field has this name: `hub.restart` is of a `Hub`."""
    owner, _, member = name.lower().rpartition(".")
    places, fields = defined_names()
    if not owner:
        return member in places or member in fields
    return owner in places.get(member, ())


@cache
def defined_names() -> tuple[dict[str, set[str]], set[str]]:
    """Return where each class or function is defined, by its name, and the names of fields."""
    places, fields = defaultdict[str, set[str]](set), set[str]()
    for path, node in definitions():
        places[node.name.lower()].add(re.split(r"[./]", path.lower())[-2])
        annotated = (one.target for one in ast.walk(node) if isinstance(one, ast.AnnAssign))
        fields |= {target.id for target in annotated if isinstance(target, ast.Name)}
    return dict(places), fields


def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(path.read_text())


def decorators(node: ast.FunctionDef | ast.ClassDef) -> set[str]:
    """Return the first name of each decorator: of `@main.command()` it is `main`."""
    texts = (ast.unparse(one) for one in node.decorator_list)
    return {re.split(r"\W", text)[0] for text in texts}


def modules() -> dict[str, Path]:
    """Return the modules of the bot by path, without the sandbox and migrations."""
    return {
        str(path.relative_to(BOT).with_suffix("")): path
        for path in BOT.rglob("*.py")
        if not {"sandbox", "migrations"} & set(path.relative_to(BOT).parts)
    }


def has_docstring(path: Path) -> bool:
    """Return whether the module has a docstring."""
    return path.read_text().startswith('"""')


def is_package(name: str) -> bool:
    """Return whether the module is the `__init__` or the `__main__` of a package."""
    return Path(name).name.startswith("__")


def is_mirrored(name: str) -> bool:
    """Return whether the module has a unit test or a contract test of its name."""
    path = Path(name)
    test = path.parent / f"test_{path.name.lstrip('_')}.py"
    return (UNIT / test).exists() or (CONTRACT / test).exists()


def names_beside(folder: Path) -> set[str]:
    """Return the names of the modules and packages in a folder of the bot, and its own."""
    found = {path.stem.lstrip("_") for path in (BOT / folder).iterdir()}
    return found | {folder.name} - {"init", ""}
