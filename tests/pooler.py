"""Debian's PgBouncer in transaction mode; where there is none, what needs it is skipped.

All clients share three sessions, as behind a hosted PostgreSQL: a client's transactions use
different sessions, and what one leaves in a session meets another client.
"""

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import URL, create_engine, make_url

_INI = """
[databases]
* = {server}

[pgbouncer]
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 200
; A test that cuts connections must not keep the next ones out for the usual 15 seconds.
server_login_retry = 1
; Nor may one login that the loaded server leaves unanswered: a client waits for it 5 seconds.
server_connect_timeout = 2
log_connections = 0
log_disconnections = 0
"""


@contextmanager
def pgbouncer(url: str) -> Iterator[str]:
    """Run a pooler before the PostgreSQL of *url*, and yield the URL to reach that through it."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if program is None:
        pytest.skip("No pgbouncer on this machine: nothing can be tried behind a pooler.")
    with tempfile.TemporaryDirectory(prefix="pgbouncer-") as folder:
        settings = Path(folder, "pgbouncer.ini")
        settings.write_text(_INI.format(server=_server_settings(make_url(url)), folder=folder))
        user = _process_user(make_url(url))
        if user:
            shutil.chown(folder, user)
        command = [program, str(settings)]
        with subprocess.Popen(command, user=user, stderr=subprocess.PIPE, text=True) as process:
            _wait_until_ready(process)
            # Its later output is read as well, because a full pipe would block it.
            reader = threading.Thread(target=_output(process).read, name="pgbouncer")
            reader.start()
            try:
                pooled = _pooled_url(url, folder)
                _connect_once(pooled)
                yield pooled
            finally:
                process.terminate()
                reader.join(10)


def _connect_once(url: str) -> None:
    """Run one query, because PgBouncer delays its first clients until a session is open."""
    engine = create_engine(url, connect_args={"connect_timeout": 30})
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()


def _pooled_url(url: str, folder: str) -> str:
    pooled = make_url(url).set(host=None, port=None, password=None)
    query = {"host": folder, "port": "6432"}
    return pooled.set(query=query).render_as_string(hide_password=False)


def _server_settings(url: URL) -> str:
    """Return the server in PgBouncer's configuration: a socket or a host, a user and a password."""
    known = {"host": url.host or url.query.get("host"), "port": url.port or url.query.get("port")}
    known |= {"user": url.username, "password": url.password}
    return " ".join(f"{name}={value}" for name, value in known.items() if value)


def _process_user(url: URL) -> str | None:
    """Return the user for PgBouncer where we are root, which it refuses to run as."""
    if os.geteuid() != 0:
        return None
    return "nobody" if url.host else "pgserver"  # the user that may open the wheel's socket


def _wait_until_ready(process: "subprocess.Popen[str]") -> None:
    output = ""
    for line in _output(process):
        output += line
        if "process up" in line:
            return
    raise RuntimeError(f"pgbouncer did not start:\n{output}")


def _output(process: "subprocess.Popen[str]") -> IO[str]:
    assert process.stderr
    return process.stderr
