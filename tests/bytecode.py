"""A pytest plugin that keeps compiled bytecode where the environment forbids to write any.

Containers often set PYTHONDONTWRITEBYTECODE. Each worker of a run and each process that a test
starts would compile the same thousand modules, which is a third of the time of the run. The
bytecode goes into the user's cache, so that the checkout stays as clean as that variable asks for.
"""

import os
import sys

from tests.npm import cache_folder

if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(cache_folder() / "bytecode")
    # What tests and xdist start inherits these.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
