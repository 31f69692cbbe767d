"""The sentences of the code: each error with its next step, and all other text for people."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: Errors whose text people read. `ValueError` counts only where its text becomes a message.
_ERRORS = {
    *("UsageError", "NothingSelected", "SuggestedTargets", "PermissionDenied"),
    *("DatabaseUnavailable", "CheckResult"),
    *("HubError", "NotFound", "HubForbidden", "PaymentRequired", "Conflict", "HubUnavailable"),
    *("RateLimited", "OutcomeUnknown", "SlackError", "SlackUnavailable", "SlackRateLimited"),
    *("SlackOutcomeUnknown", "SettingsError", "BackupError", "DatabaseOpenError"),
    *("ClickException", "BadParameter"),
}
_PLACES_OF_VALUE_ERRORS = ("settings/", "manifest.py")
# No sentences for people: the sandbox, patterns, SQL, and texts with a check of their own.
_NOT_READ = ("sandbox/", "redaction/", "migrations/", "metrics.py", "manifest.py", "refusals.py")
# Their texts are parts of sentences, so they need no full stop to be listed.
_TABLES = (
    *(
        "hub/errors.py",
        "slack/errors.py",
        "slack/refusal_sentences.py",
        "render/alerts/reasons.py",
        "render/operation_summary.py",
    ),
    *("operations/outcomes.py", "operations/commits.py", "uploads/__init__.py"),
    *("settings/types.py", "settings/schema.py", "settings/environment.py"),
    *("diagnostics/database.py", "diagnostics/hub.py", "diagnostics/slack.py"),
)
_LOG_METHODS = {"debug", "info", "warning", "error", "exception"}


@dataclass(frozen=True)
class Sentence:
    """A text of the code. Values in it are shown as `{expression}`."""

    text: str
    is_error: bool = False


@dataclass
class _Reader:
    """Reads one module. *shared* are the text constants of all modules, by name."""

    name: str
    tree: ast.Module
    shared: dict[str, str]
    seen: set[ast.AST] = field(default_factory=set)

    def sentences(self) -> Iterator[Sentence]:
        """Yield the texts of the module in their order, each once."""
        self._skip_what_nobody_reads()
        nodes = sorted(
            (node for node in ast.walk(self.tree) if isinstance(node, ast.expr)),
            key=lambda node: (node.lineno, node.col_offset, -(node.end_lineno or 0)),
        )
        for node in nodes:
            if node not in self.seen and (found := self._sentence(node)):
                self.seen.update(ast.walk(node))
                yield found

    def _skip_what_nobody_reads(self) -> None:
        """Leave out docstrings, log lines, assertions and the texts of internal errors."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                self.seen.add(node.value)
            elif isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _is_log(node)):
                self.seen.update(ast.walk(node))

    def _sentence(self, node: ast.expr) -> Sentence | None:
        if isinstance(node, ast.Call) and self._is_error(node):
            message = self._error_text(node)
            return Sentence(message, is_error=True) if message else None
        text = None if isinstance(node, ast.Name) else self._text(node)
        if text is None or " " not in text.strip():
            return None
        is_listed = _has_a_sentence(text) or self.name.endswith(_TABLES)
        return Sentence(text) if is_listed else None

    def _is_error(self, call: ast.Call) -> bool:
        name = _called(call)
        is_value_error = name == "ValueError" and any(
            place in self.name for place in _PLACES_OF_VALUE_ERRORS
        )
        return name in _ERRORS or is_value_error

    def _error_text(self, call: ast.Call) -> str:
        """Return fact, effect and next step of an error, "" if it is made elsewhere."""
        position = 1 if _called(call) == "CheckResult" else 0
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        parts = [*call.args[position : position + 1], named.get("effect"), named.get("next_step")]
        texts = [self._text(part) for part in parts if part is not None]
        return " ".join(text for text in texts if text) if texts and texts[0] else ""

    def _text(self, node: ast.expr) -> str | None:
        """Return the text of an expression, None if it isn't known before it runs."""
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name(id=name):
                return self.shared.get(f"{self.name}:{name}", self.shared.get(name))
            case ast.JoinedStr(values=values):
                return "".join(self._part(value) for value in values)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                texts = self._text(left), self._text(right)
                if any(texts):
                    return "".join(
                        _placeholder(part) if text is None else text
                        for text, part in zip(texts, (left, right), strict=True)
                    )
        return None

    def _part(self, node: ast.expr) -> str:
        if isinstance(node, ast.FormattedValue):
            known = self._text(node.value)
            return _placeholder(node.value) if known is None else known
        return str(node.value) if isinstance(node, ast.Constant) else ""


def _is_log(call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr in _LOG_METHODS
        and ast.unparse(function.value) == "logger"
    )


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _placeholder(node: ast.expr) -> str:
    text = ast.unparse(node)
    return "{" + (text if len(text) <= 40 else "…") + "}"


def _has_a_sentence(text: str) -> bool:
    return re.search(r"\w[`*_)”}]*[.?!](\s|$)", text) is not None and "\\" not in text


def _modules() -> dict[str, ast.Module]:
    paths = sorted((ROOT / "bot").rglob("*.py"))
    names = {path: path.relative_to(ROOT).as_posix() for path in paths}
    return {
        name: ast.parse(path.read_text())
        for path, name in names.items()
        if not any(part in name for part in _NOT_READ)
    }


def _constants(modules: dict[str, ast.Module]) -> dict[str, str]:
    """Return the text constants of all modules by name, and by module and name."""
    constants: dict[str, str] = {}
    for _ in range(2):  # a constant may contain another one
        for name, tree in modules.items():
            reader = _Reader(name, tree, constants)
            for node in tree.body:
                match node:
                    case ast.Assign(targets=[ast.Name(id=target)], value=value):
                        if (text := reader._text(value)) is not None:
                            constants[target] = constants[f"{name}:{target}"] = text
    return constants


def by_module() -> dict[str, list[Sentence]]:
    """Return the sentences of each module that has some."""
    modules = _modules()
    constants = _constants(modules)
    found = {name: _Reader(name, tree, constants).sentences() for name, tree in modules.items()}
    return {name: listed for name, each in found.items() if (listed := list(each))}
