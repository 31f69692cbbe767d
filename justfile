# `just` lists what can be run here.
_default:
    @just --list

# Run the bot against the sandbox: one local page that looks like Slack
try *arguments:
    uv run spacebot try {{ arguments }}

# Run all tests, or those in the given paths
test *arguments:
    uv run --group dev pytest {{ arguments }}

# Format, lint, check types and imports
check:
    uv run --group dev ruff format
    uv run --group dev ruff check
    uv run --group dev mypy
    uv run --group dev lint-imports

# Write the golden files of the messages; read the difference
golden:
    -GOLDEN=write uv run --group dev pytest tests/unit/render tests/unit/test_manifest.py tests/test_sentences.py
    git diff --stat tests/golden

# Take the pictures and the film of the README again; look at them
pictures:
    SCREENSHOTS=write uv run --group dev pytest tests/e2e/test_page.py
    git diff --stat docs

# Measure against the goals of the design
bench *arguments:
    uv run --group dev python -m tests.bench {{ arguments }}

# Write requirements.lock after a change of the dependencies
lock:
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra postgres --no-emit-index-url pyproject.toml --output-file requirements.lock

# Run everything that has to pass before a change lands
ci:
    .ci/run
