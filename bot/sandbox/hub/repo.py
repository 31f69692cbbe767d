"""The git repository of a Space: files, commits and object ids."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch

#: The sizes above which a file, and a binary file, go to the LFS store.
LARGE_BYTES, LARGE_BINARY_BYTES = 10_000_000, 100_000
#: The author of commits without a token.
OWNER = "course-lead"
#: The file that a Space of each SDK needs to run.
APP_FILES = {"docker": "Dockerfile", "gradio": "app.py", "static": "index.html"}


def blob_id(content: bytes) -> str:
    """Return git's object id of *content*.

    >>> blob_id(b"")
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit with the paths that it wrote and removed."""

    oid: str
    summary: str
    description: str
    at: float
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    author: str = OWNER


@dataclass(frozen=True, slots=True)
class Change:
    """The content of a new commit. A removed path that ends in `/` is a folder."""

    summary: str
    description: str = ""
    writes: tuple[tuple[str, bytes], ...] = ()
    removes: tuple[str, ...] = ()
    parent: str | None = None
    large: frozenset[str] = frozenset()  # written paths whose content is in the LFS store
    author: str = OWNER


@dataclass(slots=True)
class Repo:
    """The files at the head of `main`, and the commits."""

    files: dict[str, bytes] = field(default_factory=dict)
    commits: list[Commit] = field(default_factory=list)
    large: set[str] = field(default_factory=set)  # paths of files in the LFS store
    pull_requests: list[Commit] = field(default_factory=list)  # their changes aren't in `files`

    @property
    def head(self) -> str:
        """The id of the last commit, or zeros."""
        return self.commits[-1].oid if self.commits else "0" * 40

    def needs_lfs(self, path: str, sample: bytes, size: int) -> bool:
        """Return whether a file goes to the LFS store, by its name, size or binary content."""
        by_name = any(fnmatch(path, pattern) for pattern in self._lfs_patterns())
        return size > 0 and (
            by_name or size > LARGE_BYTES or (size > LARGE_BINARY_BYTES and b"\0" in sample)
        )

    def oid(self, path: str) -> str | None:
        """Return a file's object id: its SHA-256 in the LFS store, else git's id."""
        content = self.files.get(path)
        if content is None:
            return None
        return hashlib.sha256(content).hexdigest() if path in self.large else blob_id(content)

    def _lfs_patterns(self) -> Iterable[str]:
        for line in self.files.get(".gitattributes", b"").decode(errors="replace").splitlines():
            pattern, _, attributes = line.partition(" ")
            if "filter=lfs" in attributes:
                yield pattern

    def has_app_file(self, sdk: str) -> bool:
        """Return whether the file that *sdk* runs exists."""
        return APP_FILES.get(sdk, "app.py") in self.files

    def commit(self, change: Change, now: float) -> Commit:
        """Apply *change* to the files and return the new commit."""
        removed = tuple(self._matching_paths(change.removes))
        for path in removed:
            del self.files[path]
        self.files.update(change.writes)
        written = tuple(path for path, _ in change.writes)
        self.large = (self.large - {*written, *removed}) | change.large
        created = replace(self._new_commit(change, now), written=written, removed=removed)
        self.commits.append(created)
        return created

    def open_pull_request(self, change: Change, now: float) -> Commit:
        """Store *change* as the commit of a new pull request, which leaves `main` as it is."""
        created = self._new_commit(change, now)
        self.pull_requests.append(created)
        return created

    def find_revision(self, revision: str) -> list[Commit] | None:
        """Return the commits of a branch, a pull request or a commit id, oldest first."""
        for number, proposed in enumerate(self.pull_requests, 1):
            if revision in (f"refs/pr/{number}", proposed.oid):
                return [*self.commits, proposed]
        ids = [commit.oid for commit in self.commits]
        if revision in ids:
            return self.commits[: ids.index(revision) + 1]
        return self.commits if revision == "main" else None

    def _new_commit(self, change: Change, now: float) -> Commit:
        id = self._commit_id(change, now)
        return Commit(id, change.summary, change.description, now, author=change.author)

    def _matching_paths(self, paths: Iterable[str]) -> Iterable[str]:
        exact = tuple(paths)
        folders = tuple(path for path in exact if path.endswith("/"))
        return [p for p in self.files if p in exact or (folders and p.startswith(folders))]

    def _commit_id(self, change: Change, now: float) -> str:
        digest = hashlib.sha1(usedforsecurity=False)
        digest.update(f"{self.head} {now} {change.summary}".encode())
        for path, content in change.writes:
            digest.update(path.encode() + b"\0" + content)
        return digest.hexdigest()


def create_repo(sdk: str, name: str, now: float, files: dict[str, bytes] | None = None) -> Repo:
    """Return a new repo with the Hub's README and .gitattributes, and *files*."""
    readme = f"---\ntitle: {name}\nsdk: {sdk}\n---\n".encode()
    repo = Repo()
    writes = {".gitattributes": b"*.bin filter=lfs diff=lfs merge=lfs -text\n", "README.md": readme}
    writes.update(files or {})
    repo.commit(Change(f"initial commit of {name}", writes=tuple(writes.items())), now)
    return repo
