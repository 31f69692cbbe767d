"""The deploy recipes: files that a tool of the target accepts, and that agree with the code."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "deploy/systemd/spacebot.service"
VARIABLES = {str(field.validation_alias) for field in Settings.model_fields.values()}


def documents(path: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((ROOT / path).read_text()))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("/opt/spacebot/bin/spacebot", "/bin/true"))

    result = subprocess.run(
        ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False
    )

    assert (result.returncode, result.stderr) == (0, "")


def test_the_unit_names_only_variables_that_exist() -> None:
    names = re.findall(r"^Environment=(\w+?)(?:_FILE)?=", UNIT.read_text(), re.MULTILINE)

    assert len(names) > 3
    assert set(names) - VARIABLES == {"HF_HOME"}


@pytest.mark.parametrize("path", ["compose.yaml", "compose.postgres.yaml"])
def test_a_compose_file_runs_the_bot_without_rights(path: str) -> None:
    (document,) = documents(path)
    bot = document["services"]["spacebot"]

    assert bot["read_only"]
    assert bot["cap_drop"] == ["ALL"]
    assert "ports" not in bot
    assert set(bot["environment"]) <= VARIABLES


@pytest.mark.parametrize(
    ("path", "kind", "replicas"),
    [
        ("deploy/kubernetes/sqlite.yaml", "StatefulSet", 1),
        ("deploy/kubernetes/postgres.yaml", "Deployment", 2),
    ],
)
def test_a_manifest_of_kubernetes_has_the_probes_and_the_user_of_the_image(
    path: str, kind: str, replicas: int
) -> None:
    workload = next(one for one in documents(path) if one["kind"] == kind)
    pod = workload["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert workload["spec"]["replicas"] == replicas
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert f"USER {pod['securityContext']['runAsUser']}\n" in dockerfile
    assert f"EXPOSE {container['ports'][0]['containerPort']}\n" in dockerfile


def test_fly_keeps_the_database_on_its_volume_and_checks_the_process() -> None:
    fly = tomllib.loads((ROOT / "deploy/fly.toml").read_text())

    assert fly["env"].keys() <= VARIABLES
    assert fly["env"]["DATABASE_URL"].startswith(f"sqlite:///{fly['mounts'][0]['destination']}/")
    assert fly["checks"]["alive"]["path"] == "/healthz"
    assert (ROOT / "deploy" / fly["build"]["dockerfile"]).exists()


def test_each_metric_of_an_alarm_exists() -> None:
    from bot.metrics import REGISTRY

    exposed = {metric.name for metric in REGISTRY.collect()}
    rules = (ROOT / "deploy/prometheus/alerts.yml").read_text()
    named = set(re.findall(r"spacebot_\w+", rules))

    assert len(named) > 4
    assert {name.removesuffix("_bucket") for name in named} <= exposed


def test_the_build_daemon_gets_only_what_the_image_needs() -> None:
    first, *rest = (
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    )
    allowed = {line[1:] for line in rest if line.startswith("!")}
    copied = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )

    assert first == "*"
    assert allowed == {name for line in copied for name in line.split()}
