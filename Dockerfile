# Build: the locked dependencies, each checked against its hash, and the bot, in one environment.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /src
COPY requirements.lock ./
RUN uv venv --python /usr/local/bin/python /opt/spacebot \
    && uv pip sync --python /opt/spacebot/bin/python --require-hashes requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
RUN uv pip install --python /opt/spacebot/bin/python --no-deps .

# Run: the environment alone, as nobody in particular. What has to last is in /data.
FROM python:3.13-slim
RUN useradd --uid 10001 --home-dir /data --no-create-home spacebot \
    && install --directory --owner spacebot --group spacebot --mode 0700 /data
COPY --from=build /opt/spacebot /opt/spacebot
ENV PATH=/opt/spacebot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HF_HOME=/tmp/huggingface \
    DATABASE_URL=sqlite:////data/spacebot.db \
    SPACEBOT_PORT=8080
WORKDIR /data
VOLUME /data
USER 10001
EXPOSE 8080
STOPSIGNAL SIGTERM
# Alive, not ready: an outage of Slack or of the Hub is no reason to restart the bot. Past any proxy.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['SPACEBOT_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["spacebot"]
CMD ["run", "--host", "0.0.0.0"]
