"""The baseline of the measurements: the plain client in a process of its own.

python -m tests.bench.baselines restart <owner/name> <owner/name> …
python -m tests.bench.baselines list <owner>
"""

import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from huggingface_hub import HfApi

THREADS = 24


def main(verb: str, *names: str) -> None:
    api = HfApi()
    api.whoami()  # warm-up: the first connection isn't measured
    used, began = time.process_time(), time.monotonic()
    if verb == "restart":
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(api.restart_space, names))
    else:
        list(api.list_spaces(author=names[0], expand=["runtime", "sdk", "private", "subdomain"]))
    wall, cpu = time.monotonic() - began, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{wall} {cpu} {memory}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
