"""The files of the workspace, from the reservation of an upload to its sharing."""

import mimetypes
from dataclasses import dataclass, field, replace

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.model import File
from bot.sandbox.slack.state_lock import StateLock

MODE_BY_EXTENSION = {"canvas": "quip", "list": "list", "hidden": "hidden_by_limit"}


@dataclass(slots=True)
class FileStore:
    """Stores files. Thread-safe."""

    state_lock: StateLock
    _reserved: dict[str, tuple[str, int]] = field(default_factory=dict)
    _files: dict[str, File] = field(default_factory=dict)
    shares: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)

    def reserve(self, name: str, length: int) -> str:
        """Return the id of a future upload of *length* bytes."""
        with self.state_lock.read_lock():
            id = self.state_lock.id("F")
            self._reserved[id] = (name, length)
            return id

    def receive(self, id: str, content: bytes, user: str) -> None:
        """Store a reserved upload, or raise SlackError if its length differs."""
        with self.state_lock.read_lock():
            if id not in self._reserved:
                raise SlackError("file_not_found")
            name, length = self._reserved[id]
            if len(content) != length:
                raise SlackError("file_upload_size_mismatch")
            self._files[id] = self._make_file(id, name, content, user)

    def add(self, name: str, content: bytes, user: str) -> File:
        """Store a file that a person adds to the composer or a modal.

        Its extension may mark it as a file without content: a canvas, a list, or one that the
        plan's limit hides.
        """
        with self.state_lock.read_lock():
            id = self.state_lock.id("F")
            file = self._make_file(id, name, content, user)
            mode = MODE_BY_EXTENSION.get(name.rpartition(".")[2], file.mode)
            self._files[id] = replace(file, mode=mode)
            return self._files[id]

    def complete(self, id: str, title: str) -> File:
        """Set the title of an uploaded file."""
        with self.state_lock.read_lock():
            file = self.get(id)
            self._files[id] = replace(file, title=title or file.name)
            return self._files[id]

    def get(self, id: str) -> File:
        """Return a file, or raise SlackError."""
        with self.state_lock.read_lock():
            if id not in self._files:
                raise SlackError("file_not_found")
            return self._files[id]

    def share(self, file: File, channel: str, ts: str, thread_ts: str) -> None:
        """Record the message that shares *file*."""
        with self.state_lock.read_lock():
            self.shares.setdefault(file.id, []).append((channel, ts, thread_ts))

    def _make_file(self, id: str, name: str, content: bytes, user: str) -> File:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return File(id, name, content, user, name, kind, int(self.state_lock.clock()))
