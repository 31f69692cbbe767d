"""Functions of the service take what they use, not the whole Dependencies."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from bot.service import Dependencies

ROOT = Path(__file__).parents[1]
SERVICE = ROOT / "bot" / "service"
MAX_NARROW = 2  # collaborators that a function takes one by one


@dataclass(frozen=True)
class Function:
    """A function that takes the Dependencies: the fields it reads, and where it passes them."""

    uses: frozenset[str]
    calls: frozenset[str]


def test_functions_that_need_two_collaborators_take_just_these() -> None:
    """Entry points and query handlers are exempt, because those of one kind share a signature."""
    functions: dict[str, Function] = {}
    exempt: set[str] = set()
    for path in SERVICE.rglob("*.py"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text())
        aliases = dict(imports(tree))
        functions |= dict(takers(tree, module, aliases))
        exempt |= {resolve(name, module, aliases) for name in called_alike(tree)}

    wide = {name for name in functions if len(used(name, functions)) > MAX_NARROW}

    assert functions.keys() - wide - exempt == set()
    assert wide & exempt, "the exempt functions are found"


def imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the name and the origin of all that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for name in node.names:
                yield name.asname or name.name, f"{node.module}.{name.name}"


def resolve(name: str, module: str, aliases: dict[str, str]) -> str:
    """Return the full name of *name* in *module*."""
    first, dot, rest = name.partition(".")
    return f"{aliases.get(first, f'{module}.{first}')}{dot}{rest}"


def takers(
    tree: ast.Module, module: str, aliases: dict[str, str]
) -> Iterator[tuple[str, Function]]:
    """Yield the functions of a module that take the Dependencies."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and takes_dependencies(node):
            calls = {resolve(name, module, aliases) for name in handed_to(node)}
            yield f"{module}.{node.name}", Function(frozenset(own_uses(node)), frozenset(calls))


def takes_dependencies(node: ast.FunctionDef) -> bool:
    return any(
        argument.annotation and ast.unparse(argument.annotation) == "Dependencies"
        for argument in node.args.args
    )


def own_uses(node: ast.FunctionDef) -> Iterator[str]:
    """Yield the fields that a function reads itself."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and ast.unparse(inner.value) == "deps":
            yield inner.attr


def handed_to(node: ast.FunctionDef) -> Iterator[str]:
    """Yield the functions that get the Dependencies, also through `partial`."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            arguments = [ast.unparse(argument) for argument in call.args]
            if "deps" in arguments:
                name = ast.unparse(call.func)
                yield arguments[0] if name == "partial" else name


def called_alike(tree: ast.Module) -> Iterator[str]:
    """Yield the functions that `Bot` calls, and those in a table of handlers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            yield from map(ast.unparse, node.values)
        elif isinstance(node, ast.Call) and "self.deps" in map(ast.unparse, node.args):
            yield ast.unparse(node.func)


def used(name: str, functions: dict[str, Function], seen: frozenset[str] = frozenset()) -> set[str]:
    """Return the fields that a function needs, also for those that it calls."""
    if name in seen:
        return set()
    function = functions.get(name)
    if function is None:  # a table of handlers, which may need anything
        return {field.name for field in fields(Dependencies)}
    inner = (used(call, functions, seen | {name}) for call in function.calls)
    return set(function.uses).union(*inner)
