"""The Hub's hardware with its prices, and its official templates."""

from typing import Any


def _hardware(
    name: str, pretty: str, size: tuple[str, str, str], dollars_per_hour: float, gpu: str = ""
) -> dict[str, Any]:
    """Return one entry; *size* is CPU, RAM and disk, *gpu* is like "4 A10G, 96 GB"."""
    flavor: dict[str, Any] = {
        "name": name,
        "prettyName": pretty,
        "cpu": size[0],
        "ram": size[1],
        "ephemeralStorage": size[2],
        "unitCostMicroUSD": round(dollars_per_hour / 60 * 1_000_000),
        "unitCostUSD": round(dollars_per_hour / 60, 6),
        "unitLabel": "minute",
    }
    if gpu:
        count_and_model, _, memory = gpu.partition(", ")
        quantity, _, model = count_and_model.partition(" ")
        accelerator = {"type": "gpu", "model": model, "quantity": quantity, "vram": memory}
        flavor["accelerator"] = accelerator | {"manufacturer": "Nvidia"}
    return flavor


#: Names of huggingface_hub 2.4; prices and sizes of https://huggingface.co/docs/hub/spaces-gpus.
#: ZeroGPU costs nothing per hour: the owner's plan includes it.
HARDWARE = (
    _hardware("cpu-basic", "CPU Basic", ("2 vCPU", "16 GB", "50 GB"), 0.0),
    _hardware("cpu-upgrade", "CPU Upgrade", ("8 vCPU", "32 GB", "50 GB"), 0.03),
    _hardware("zero-a10g", "ZeroGPU", ("4 vCPU", "32 GB", "50 GB"), 0.0, "1 RTX Pro 6000, 48 GB"),
    _hardware("t4-small", "Nvidia T4 - small", ("4 vCPU", "15 GB", "50 GB"), 0.40, "1 T4, 16 GB"),
    _hardware(
        "t4-medium", "Nvidia T4 - medium", ("8 vCPU", "30 GB", "100 GB"), 0.60, "1 T4, 16 GB"
    ),
    _hardware("l4x1", "1x Nvidia L4", ("8 vCPU", "30 GB", "400 GB"), 0.80, "1 L4, 24 GB"),
    _hardware("l4x4", "4x Nvidia L4", ("48 vCPU", "186 GB", "3200 GB"), 3.80, "4 L4, 96 GB"),
    _hardware("l40sx1", "1x Nvidia L40S", ("8 vCPU", "62 GB", "380 GB"), 1.80, "1 L40S, 48 GB"),
    _hardware("l40sx4", "4x Nvidia L40S", ("48 vCPU", "382 GB", "3200 GB"), 8.30, "4 L40S, 192 GB"),
    _hardware(
        "l40sx8", "8x Nvidia L40S", ("192 vCPU", "1534 GB", "6500 GB"), 23.50, "8 L40S, 384 GB"
    ),
    _hardware(
        "a10g-small", "Nvidia A10G - small", ("4 vCPU", "15 GB", "110 GB"), 1.00, "1 A10G, 24 GB"
    ),
    _hardware(
        "a10g-large", "Nvidia A10G - large", ("12 vCPU", "46 GB", "200 GB"), 1.50, "1 A10G, 24 GB"
    ),
    _hardware(
        "a10g-largex2",
        "2x Nvidia A10G - large",
        ("24 vCPU", "92 GB", "1000 GB"),
        3.00,
        "2 A10G, 48 GB",
    ),
    _hardware(
        "a10g-largex4",
        "4x Nvidia A10G - large",
        ("48 vCPU", "184 GB", "2000 GB"),
        5.00,
        "4 A10G, 96 GB",
    ),
    _hardware(
        "a100-large",
        "Nvidia A100 - large",
        ("12 vCPU", "142 GB", "1000 GB"),
        2.50,
        "1 A100, 80 GB",
    ),
    _hardware(
        "a100x4", "4x Nvidia A100", ("48 vCPU", "568 GB", "4000 GB"), 10.00, "4 A100, 320 GB"
    ),
    _hardware(
        "a100x8", "8x Nvidia A100", ("96 vCPU", "1136 GB", "8000 GB"), 20.00, "8 A100, 640 GB"
    ),
    *(
        _hardware(
            "rtx-pro-6000" + (f"x{count}" if count > 1 else ""),
            f"{count}x Nvidia RTX Pro 6000",
            (f"{22 * count} vCPU", f"{256 * count} GB", f"{1000 * count} GB"),
            2.75 * count,
            f"{count} RTX Pro 6000, {96 * count} GB",
        )
        for count in (1, 2, 4, 8)
    ),
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
