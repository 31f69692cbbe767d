"""The face of the repository: what hosts and packagers read agrees with the project."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from bot.__main__ import main

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def document(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text())


def test_the_version_is_one_everywhere() -> None:
    cut = re.findall(r"^## (\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d$", changelog(), re.MULTILINE)

    assert CliRunner().invoke(main, ["--version"]).output.endswith(f" {PROJECT['version']}\n")
    assert cut[0] == PROJECT["version"]


def changelog() -> str:
    return (ROOT / "CHANGELOG.md").read_text()


def test_the_changelog_has_the_parts_of_keep_a_changelog() -> None:
    headings = set(re.findall(r"^### (\w+)$", changelog(), re.MULTILINE))

    assert re.search(r"^## Unreleased$", changelog(), re.MULTILINE)
    assert headings <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_ci_runs_every_check_on_each_supported_python() -> None:
    job = document(".github/workflows/ci.yml")["jobs"]["checks"]
    supported = [one.rpartition(" ")[2] for one in PROJECT["classifiers"] if ":: 3." in one]

    assert job["strategy"]["matrix"]["python"] == supported == ["3.11", "3.12", "3.13", "3.14"]
    assert job["steps"][-1]["run"] == ".ci/run"


def test_a_release_has_a_wheel_and_an_image_with_sbom_and_provenance() -> None:
    jobs = document(".github/workflows/release.yml")["jobs"]
    image = jobs["image"]["steps"][-1]["with"]

    assert "uv build" in str(jobs["wheel"]["steps"])
    assert (image["sbom"], image["provenance"]) == (True, "mode=max")


@pytest.mark.parametrize(
    "path",
    [
        "CODE_OF_CONDUCT.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        ".github/ISSUE_TEMPLATE/bug.yml",
        ".github/ISSUE_TEMPLATE/feature.yml",
        ".github/PULL_REQUEST_TEMPLATE.md",
        ".github/dependabot.yml",
        ".pre-commit-config.yaml",
        "justfile",
    ],
)
def test_a_host_of_code_finds_its_page(path: str) -> None:
    assert (ROOT / path).read_text().strip()


def test_users_of_the_package_get_its_types() -> None:
    assert (ROOT / "bot/py.typed").exists()
    assert "Typing :: Typed" in PROJECT["classifiers"]
