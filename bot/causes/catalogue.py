"""The catalogue of known causes, as data.

The words of each were recorded in public reports; `tests/unit/causes` has a sentence for each.
Patterns are linear: no repetition contains another one, and each is bounded.
"""

import re

from bot.causes.cause import CauseId, KnownCause, Move, Place, in_places, words
from bot.causes.general import GENERAL

_SUPPORT = "write to website@huggingface.co"
# The name of an environment variable that people set as a secret, as the only group of a pattern.
_KEY = r"([A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){1,6})"


#: Causes whose words name what helps.
SPECIFIC: tuple[KnownCause, ...] = (
    KnownCause(
        CauseId.MODERATION_LOCK,
        Move.MODERATION,
        "Blocked by Hugging Face's moderation.",
        f"No restart helps: {_SUPPORT}.",
        in_places(
            r"blocked by abuse-handler|flagged as abusive|marked (?:as )?abusive",
            Place.ERROR,
            Place.REFUSAL,
        ),
        is_locked=True,
    ),
    KnownCause(
        CauseId.QUOTA,
        Move.BILLING,
        "The owner's hardware quota is used up.",
        "Pause a Space that isn't needed, or upgrade the plan.",
        in_places(r"reached your [\w-]{1,40} quota limit", Place.ERROR, Place.REFUSAL),
    ),
    KnownCause(
        CauseId.PAYMENT_METHOD,
        Move.BILLING,
        "The owner has no payment method.",
        "Add one at huggingface.co/settings/billing.",
        in_places(r"add a (?:valid )?payment method", Place.REFUSAL),
    ),
    KnownCause(
        CauseId.PLAN_GATE,
        Move.BILLING,
        "The owner's plan doesn't include this.",
        "Upgrade the plan, or choose something it includes.",
        in_places(
            r"(?:requires|without|needs) a (?:pro|paid|team|enterprise)\b[\w, ]{0,40}"
            r"(?:subscription|plan)\b|payment required",
            Place.REFUSAL,
        ),
        stops_batch=True,
    ),
    KnownCause(
        CauseId.DISABLED,
        Move.MODERATION,
        "Hugging Face disabled this Space.",
        f"No restart helps: {_SUPPORT}.",
        in_places(
            r"access to this resource is disabled|this space has been disabled",
            Place.ERROR,
            Place.REFUSAL,
        ),
        is_locked=True,
    ),
    KnownCause(
        CauseId.TOKEN_CANNOT_ACT,
        Move.STAFF,
        "HF_TOKEN can see this Space, but isn't allowed to do this.",
        "Use a personal access token with write access: one from `hf auth login` can't restart.",
        {Place.ACT: words(r"invalid username or password|unauthorized|repository not found")},
    ),
    KnownCause(
        CauseId.ZEROGPU_FUNCTION,
        Move.TEAM,
        "ZeroGPU found no function with @spaces.GPU.",
        "Move the Space to cpu-basic, or add a stub function with that decorator.",
        in_places(r"no @spaces\.gpu function detected", Place.LOG),
        command="hardware {} cpu-basic",
    ),
    KnownCause(
        CauseId.ZEROGPU_PYTORCH,
        Move.TEAM,
        "ZeroGPU doesn't support this version of PyTorch.",
        "Remove the version of torch from requirements.txt.",
        in_places(r"no candidate pytorch version found for zerogpu", Place.LOG),
    ),
    KnownCause(
        CauseId.SCHEDULING,
        Move.PLATFORM,
        "Hugging Face has no free machine for it.",
        "Restart it later, or choose other hardware.",
        in_places(
            r"scheduling failure: ?(?:unable to schedule|not enough)|not enough hardware capacity",
            Place.ERROR,
        ),
        command="restart {}",
    ),
    KnownCause(
        CauseId.BUILDER,
        Move.PLATFORM,
        "Hugging Face's builder failed.",
        "Rebuild the Space in a few minutes.",
        {
            Place.ERROR: words(r"unexpected (?:job|build) error"),
            Place.LOG: words(r"error: failed to push \S{1,80}\.huggingface\.tech/"),
        },
        command="rebuild {}",
    ),
    KnownCause(
        CauseId.CONTAINER,
        Move.PLATFORM,
        "Hugging Face couldn't create the container.",
        "Rebuild the Space.",
        in_places(r"failed to create (?:containerd|shim) task", Place.ERROR),
        command="rebuild {}",
    ),
    KnownCause(
        CauseId.LAUNCH_TIMEOUT,
        Move.TEAM,
        "The app didn't answer on its port in time.",
        "Let it listen on 0.0.0.0 and on app_port, 7860 by default.",
        in_places(r"launch timed out, workload was not healthy", Place.ERROR),
        is_symptom=True,
    ),
    KnownCause(
        CauseId.MEMORY_LIMIT,
        Move.TEAM,
        "It needs more memory than its hardware has.",
        "Load less at once, or move it to bigger hardware.",
        {
            Place.ERROR: words(r"memory limit exceeded|job failed with exit code: 137\b"),
            Place.LOG: words(r"memoryerror: unable to allocate|out of memory: killed process"),
        },
    ),
    KnownCause(
        CauseId.CUDA_MEMORY,
        Move.TEAM,
        "The GPU ran out of memory.",
        "Use a smaller model or bigger hardware.",
        in_places(
            r"cuda out of memory|cuda error: out of memory|cublas_status_alloc_failed when",
            Place.LOG,
        ),
    ),
    KnownCause(
        CauseId.STORAGE_LIMIT,
        Move.TEAM,
        "Its disk is full.",
        "Write less, or use a volume. A restart empties the disk.",
        {
            Place.ERROR: words(r"evicted, storage limit exceeded"),
            Place.LOG: words(r"no space left on device"),
        },
        command="restart {}",
    ),
    KnownCause(
        CauseId.ACCOUNT_STORAGE,
        Move.BILLING,
        "The owner's storage is full.",
        "Delete what isn't needed, or upgrade the plan.",
        in_places(r"storage limit (?:reached|exceeded)|storage quota exceeded", Place.REFUSAL),
    ),
    KnownCause(
        CauseId.MISSING_SECRET,
        Move.STAFF,
        "The secret {key} isn't set.",
        "Set it, or remove it from the code.",
        {
            Place.LOG: re.compile(
                rf"\bKeyError: ['\"]{_KEY}['\"]"
                rf"|\bst\.secrets has no key ['\"]{_KEY}['\"]"
                rf"|\bor by setting the {_KEY} environment variable"
                rf"|(?:Error|Exception): (?:[A-Za-z]{{1,20}} ){{0,4}}['\"`]?{_KEY}['\"`]? "
                r"(?:environment variable |secret )?(?:is |was )?"
                r"(?:not set|missing|required|not found)"
            )
        },
        command="secret set {} {key}",
    ),
    KnownCause(
        CauseId.DEPENDENCY_CONFLICT,
        Move.TEAM,
        "pip can't install the packages in requirements.txt.",
        "Change the versions that the build log names.",
        in_places(
            r"no matching distribution found for |could not find a version that satisfies "
            r"|error: resolutionimpossible|versions have conflicting dependencies"
            r"|requires a different python: |npm err(?:or|!) code eresolve",
            Place.LOG,
        ),
    ),
    KnownCause(
        CauseId.MISSING_FRONT_MATTER,
        Move.TEAM,
        "README.md has no configuration.",
        "Begin it with a block between two lines of `---` that names the sdk.",
        in_places(r"missing configuration in readme", Place.ERROR),
    ),
    KnownCause(
        CauseId.CLONING,
        Move.PLATFORM,
        "A repository couldn't be cloned.",
        "Rebuild the Space. If that fails too, check the address in the build log.",
        in_places(
            r"error while cloning repository|error\(s\) during clone:"
            r"|fatal: (?:unable to access '|could not read )|`git clone` failed: exit status",
            Place.LOG,
        ),
        command="rebuild {}",
    ),
    KnownCause(
        CauseId.PORT_IN_USE,
        Move.TEAM,
        "The app's port is already in use.",
        "Start one server only, on app_port.",
        in_places(
            r"\[errno 98\][^\n]{0,80}address already in use|error: address already in use"
            r"|listen eaddrinuse: |cannot find empty port in range: ",
            Place.LOG,
        ),
    ),
    KnownCause(
        CauseId.COLLISION,
        Move.STAFF,
        "A secret and a variable have the same name.",
        "Delete one of the two.",
        in_places(r"collision on variables and secrets", Place.ERROR, Place.REFUSAL),
    ),
)
#: All known causes, the most specific first.
CATALOGUE = (*SPECIFIC, *GENERAL)
