"""Every golden message, form and manifest is what Slack's published types allow.

Each is written into a TypeScript file as a literal, one a line, because the compiler looks for
unknown properties only in literals. `satisfies` then checks it against npm's @slack/types.
"""

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.manifest import manifest, request_url
from tests import npm
from tests.goldens import FOLDER

pytestmark = pytest.mark.timeout(400)  # the first run installs the packages

_HEAD = [
    'import type { KnownBlock, ModalView } from "@slack/types";',
    'import type { Manifest } from "@slack/web-api/dist/types/request/manifest";',
    # Slack's own ModalView accepts any block, in case one is newer than the types.
    'type Form = Omit<ModalView, "blocks"> & { blocks: KnownBlock[] };',
]
_OPTIONS = {
    "strict": True,
    "noEmit": True,
    "skipLibCheck": True,
    "target": "es2022",
    "module": "nodenext",
    "types": [],
}
_ERROR = re.compile(r"^all\.ts\((\d+),\d+\): error (.*)$", re.MULTILINE)

_TEXT = {"type": "plain_text", "text": "x"}
_BUTTON = {"type": "button", "text": _TEXT}
_MODAL = {"type": "modal", "title": _TEXT, "blocks": []}
_APP = {"display_information": {"name": "x"}}
MISTAKES: dict[str, Any] = {
    "a block of no kind": [{"type": "acton", "elements": []}],
    "markup in a header": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "an unknown property": [{"type": "actions", "elements": [{**_BUTTON, "colour": "red"}]}],
    "an unknown style": [{"type": "section", "accessory": {**_BUTTON, "style": "warning"}}],
    "a missing property": [{"type": "actions", "elements": [{"type": "overflow"}]}],
    "a form with an unknown block": {**_MODAL, "blocks": [{"type": "acton"}]},
    "a form with an unknown property": {**_MODAL, "width": 5},
    "a form without a title": {"type": "modal", "blocks": []},
    "an event that Slack does not send": {
        **_APP,
        "settings": {"event_subscriptions": {"bot_events": ["app_mentioned"]}},
    },
    "a scope that Slack does not know": {**_APP, "oauth_config": {"scopes": {"bot": ["chat"]}}},
    "an unknown setting": {**_APP, "settings": {"socket_mode": True}},
}


@pytest.fixture(scope="module", autouse=True)
def _packages() -> None:
    """Install before `loopback_only` takes the proxy away that npm may need."""
    npm.modules()


def test_every_golden_is_what_slacks_types_allow(tmp_path: Path) -> None:
    goldens = {
        str(path.relative_to(FOLDER)): _checked(json.loads(path.read_text()))
        for path in sorted(FOLDER.rglob("*.json"))
    }
    assert len(goldens) > 100
    by_http = manifest("/space", request_url("https://spacebot.example"))
    assert complaints({**goldens, "manifest --http": by_http}, tmp_path) == []


def test_slacks_types_find_every_mistake(tmp_path: Path) -> None:
    found = complaints(MISTAKES, tmp_path)
    assert {complaint.partition(": ")[0] for complaint in found} == MISTAKES.keys()


def _checked(golden: dict[str, Any]) -> Any:
    """Return the part of a golden that has a type: of a message the blocks, else all of it."""
    return golden["blocks"] if golden.keys() == {"text", "blocks"} else golden


def complaints(things: Mapping[str, Any], folder: Path) -> list[str]:
    """Return the compiler's errors for *things*, each with its name."""
    lines = [*_HEAD, *(f"({json.dumps(t)}) satisfies {_type_of(t)};" for t in things.values())]
    (folder / "all.ts").write_text("\n".join(lines))
    (folder / "tsconfig.json").write_text(
        json.dumps({"compilerOptions": _OPTIONS, "files": ["all.ts"]})
    )
    (folder / "node_modules").symlink_to(npm.modules())
    command = [*npm.node("typescript/bin/tsc"), "--project", ".", "--pretty", "false"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found = _ERROR.findall(done.stdout)
    assert bool(found) == bool(done.returncode), done.stdout + done.stderr
    names = [*things]
    return [f"{names[int(line) - len(_HEAD) - 1]}: {error}" for line, error in found]


def _type_of(thing: Any) -> str:
    if isinstance(thing, list):
        return "KnownBlock[]"
    return "Form" if thing.get("type") == "modal" else "Manifest"
