"""A thousand ordinary log lines: what healthy apps and builds print, and what nearly matches."""

import itertools
from collections.abc import Iterator

# Each `{…}` takes every one of its values in turn.
_TEMPLATES = (
    'INFO:     10.16.{n}.{m}:{port} - "GET {path} HTTP/1.1" {status}',
    'INFO:     10.16.{n}.{m}:{port} - "POST /queue/join? HTTP/1.1" {status}',
    '10.16.{n}.{m} - - [27/Nov/2026 10:{m}:{n}] "GET {path} HTTP/1.1" 200 -',
    "Collecting {package}=={n}.{m}.0 (from -r requirements.txt (line {n}))",
    "  Downloading {package}-{n}.{m}-py3-none-any.whl.metadata ({port} kB)",
    "Requirement already satisfied: {package}>={n}.{m} in /usr/local/lib/python3.11/site-packages",
    "Downloading shards: {m}%|███       | {n}/100 [00:{m}<00:{n}, 1.{n}s/it]",
    "model-{n:05}-of-00100.safetensors: {m}%|██ | {port}M/9.98G [00:{m}<00:10, 412MB/s]",
    "--> RUN pip install --no-cache-dir {package}=={n}.{m}",
    "DONE {n}.{m}s",
    "Epoch {n}/100, loss: 0.{m}, val_loss: 0.{n}",
    "[2026-11-27 10:{m}:{n} +0000] [{n}] [INFO] Booting worker with pid: {port}",
    "Get:{n} http://deb.debian.org/debian trixie/main amd64 {package} amd64 {n}.{m} [{port} kB]",
    "2026-11-27 10:{m}:{n}.123 INFO     {package}.server: request {port} took 0.{m} s",
)
_VALUES = {
    "package": ("torch", "gradio", "numpy", "fastapi", "huggingface_hub", "streamlit"),
    "path": ("/", "/health", "/gradio_api/info", "/docs", "/config", "/error", "/login?next=/"),
    "status": ("200 OK", "304 Not Modified", "404 Not Found", "500 Internal Server Error"),
}
# Lines that healthy apps print and that share words with a known cause.
NEAR_MISSES = (
    "CUDA available: True",
    "CUDA out-of-memory protection: enabled",
    "torch.cuda.OutOfMemoryError is handled by halving the batch size",
    "port 7860",
    "Running on local URL:  http://0.0.0.0:7860",
    "address 0.0.0.0 is in use by this app only",
    "Trying port 7860, next port 7861",
    "storage: 10GB",
    "storage limit: 50G",
    "space left on device: 41 GB",
    "memory limit set to 16Gi",
    "Memory limit: 16 GiB, used 3 GiB",
    "Out of 5 workers, memory is fine in all",
    "quota limit: 8 units, 3 used",
    "You have 20 minutes left of your daily GPU quota.",
    "payment methods: card, invoice",
    "plan: pro",
    "This function requires a GPU",
    "Without a subscription key the demo uses the free endpoint",
    "abuse-handler loaded 14 rules",
    "0 comments were flagged",
    "scheduler: 4 jobs, 0 failures",
    "Pushing image",
    "Pushed image to the registry",
    "Cloning into '/tmp/repo'...",
    "--> Cloning acme/team-a at 1a2b3c4",
    "Clone complete",
    "README.md found, reading its configuration",
    "Configuration loaded from config.yaml",
    "Dockerfile found",
    "@spaces.GPU function detected: generate (duration=60)",
    "ZeroGPU: candidate PyTorch version 2.9.1 found",
    "HF_TOKEN is not set, so public models only",
    (
        "Warning: You are sending unauthenticated requests to the HF Hub. Please set a HF_TOKEN to "
        "enable higher rate limits and faster downloads."
    ),
    "GRADIO_ANALYTICS_ENABLED is not set, defaulting to True",
    "OPENAI_API_KEY: set",
    "Loading secrets: 3 found",
    "secret santa list loaded",
    "WARNING: Running pip as the 'root' user can result in broken permissions",
    "Successfully installed torch-2.9.1 conflict-free-1.0",
    "no version conflicts found",
    "errors: 0, warnings: 2",
    "0 errors, 0 failed",
    "ErrorBoundary mounted",
    "Sentry: will report any Error or Exception",
    "retrying after ConnectionError (attempt 1 of 5)",
    "launch timed 1.2 s, workload healthy",
    "Exit code 0",
    "job finished with exit code 0",
    "access to this dataset is enabled",
    "The module named app was loaded",
    "Service is available again",
    "Token has not been saved to git credential helper.",
)


def ordinary_lines(number: int = 1_000) -> list[str]:
    """Return *number* different lines."""
    return list(itertools.islice(_lines(), number))


def _lines() -> Iterator[str]:
    yield from NEAR_MISSES
    for n, m in itertools.product(range(1, 100), range(10, 60, 7)):
        for template in _TEMPLATES:
            chosen = {name: values[(n + m) % len(values)] for name, values in _VALUES.items()}
            yield template.format(n=n, m=m, port=40_000 + 97 * n + m, **chosen)
