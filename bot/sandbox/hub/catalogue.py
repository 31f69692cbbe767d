"""The Hub's hardware with its prices, and its official templates."""

from typing import Any


def _hardware(
    name: str, pretty: str, size: tuple[str, str], dollars_per_hour: float, gpu: str = ""
) -> dict[str, Any]:
    flavor: dict[str, Any] = {
        "name": name,
        "prettyName": pretty,
        "cpu": size[0],
        "ram": size[1],
        "ephemeralStorage": "50 GB",
        "unitCostMicroUSD": round(dollars_per_hour / 60 * 1_000_000),
        "unitCostUSD": round(dollars_per_hour / 60, 6),
        "unitLabel": "minute",
    }
    if gpu:
        model, _, memory = gpu.partition(", ")
        accelerator = {"type": "gpu", "model": model, "quantity": "1", "vram": memory}
        flavor["accelerator"] = accelerator | {"manufacturer": "Nvidia"}
    return flavor


HARDWARE = (
    _hardware("cpu-basic", "CPU Basic", ("2 vCPU", "16 GB"), 0.0),
    _hardware("cpu-upgrade", "CPU Upgrade", ("8 vCPU", "32 GB"), 0.03),
    _hardware("t4-small", "Nvidia T4 - small", ("4 vCPU", "15 GB"), 0.40, "T4, 16 GB"),
    _hardware("t4-medium", "Nvidia T4 - medium", ("8 vCPU", "30 GB"), 0.60, "T4, 16 GB"),
    _hardware("l4x1", "1x Nvidia L4", ("8 vCPU", "30 GB"), 0.80, "L4, 24 GB"),
    _hardware("a10g-small", "Nvidia A10G - small", ("4 vCPU", "14 GB"), 1.00, "A10G, 24 GB"),
    _hardware("a10g-large", "Nvidia A10G - large", ("12 vCPU", "46 GB"), 1.50, "A10G, 24 GB"),
    _hardware("a100-large", "Nvidia A100 - large", ("12 vCPU", "142 GB"), 2.50, "A100, 80 GB"),
)
FLAVORS = frozenset(flavor["name"] for flavor in HARDWARE)

TEMPLATES = (
    {
        "name": "JupyterLab",
        "repoId": "SpacesExamples/jupyterlab",
        "sdk": "docker",
        "preferredPrivate": True,
    },
    {
        "name": "Streamlit",
        "repoId": "SpacesExamples/streamlit",
        "sdk": "docker",
        "preferredPrivate": False,
    },
    {
        "name": "chatbot",
        "repoId": "SpacesExamples/chatbot",
        "sdk": "gradio",
        "preferredPrivate": False,
    },
)
