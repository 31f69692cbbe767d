"""The catalog of known causes, as data.

The words of each were recorded in public reports; `tests/unit/causes` has a sentence for each.
Patterns are linear: no repetition contains another one, and each is bounded.
"""

import re

from bot.causes.cause import CauseId, KnownCause, ResponsibleParty, TextSource, in_sources, words
from bot.causes.general import GENERAL

_SUPPORT = "write to website@huggingface.co"
# The name of an environment variable that people set as a secret, as the only group of a pattern.
_KEY = r"([A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){1,6})"


#: Specific causes, whose words name what helps.
SPECIFIC: tuple[KnownCause, ...] = (
    KnownCause(
        CauseId.MODERATION_LOCK,
        ResponsibleParty.MODERATION,
        "Blocked by Hugging Face's moderation.",
        f"No restart helps: {_SUPPORT}.",
        in_sources(
            r"blocked by abuse-handler|flagged as abusive|marked (?:as )?abusive",
            TextSource.ERROR,
            TextSource.REFUSAL,
        ),
        "abus",
        is_locked=True,
    ),
    KnownCause(
        CauseId.QUOTA,
        ResponsibleParty.BILLING,
        "The owner's hardware quota is used up.",
        "Pause a Space that isn't needed, or upgrade the plan.",
        in_sources(r"reached your [\w-]{1,40} quota limit", TextSource.ERROR, TextSource.REFUSAL),
        "quota limit",
    ),
    KnownCause(
        CauseId.PAYMENT_METHOD,
        ResponsibleParty.BILLING,
        "The owner has no payment method.",
        "Add one at huggingface.co/settings/billing.",
        in_sources(r"add a (?:valid )?payment method", TextSource.REFUSAL),
        "payment method",
    ),
    KnownCause(
        CauseId.PLAN_GATE,
        ResponsibleParty.BILLING,
        "The owner's plan doesn't include this.",
        "Upgrade the plan, or choose something it includes.",
        in_sources(
            r"(?:requires|without|needs) a (?:pro|paid|team|enterprise)\b[\w, ]{0,40}"
            r"(?:subscription|plan)\b|payment required",
            TextSource.REFUSAL,
        ),
        "subscription|plan|payment required",
        stops_batch=True,
    ),
    KnownCause(
        CauseId.DISABLED,
        ResponsibleParty.MODERATION,
        "Hugging Face disabled this Space.",
        f"No restart helps: {_SUPPORT}.",
        in_sources(
            r"access to this resource is disabled|this space has been disabled",
            TextSource.ERROR,
            TextSource.REFUSAL,
        ),
        "disabled",
        is_locked=True,
    ),
    KnownCause(
        CauseId.TOKEN_CANNOT_ACT,
        ResponsibleParty.STAFF,
        "HF_TOKEN can see this Space, but isn't allowed to do this.",
        "Use a personal access token with write access: one from `hf auth login` can't restart.",
        {TextSource.ACT: words(r"invalid username or password|unauthorized|repository not found")},
        "invalid username|unauthorized|not found",
    ),
    KnownCause(
        CauseId.ZEROGPU_FUNCTION,
        ResponsibleParty.TEAM,
        "ZeroGPU found no function with @spaces.GPU.",
        "Move the Space to cpu-basic, or add a stub function with that decorator.",
        in_sources(r"no @spaces\.gpu function detected", TextSource.LOG),
        "@spaces.gpu",
        command="hardware {} cpu-basic",
    ),
    KnownCause(
        CauseId.ZEROGPU_PYTORCH,
        ResponsibleParty.TEAM,
        "ZeroGPU doesn't support this version of PyTorch.",
        "Remove the version of torch from requirements.txt.",
        in_sources(r"no candidate pytorch version found for zerogpu", TextSource.LOG),
        "zerogpu",
    ),
    KnownCause(
        CauseId.SCHEDULING,
        ResponsibleParty.PLATFORM,
        "Hugging Face has no free machine for it.",
        "Restart it later, or choose other hardware.",
        in_sources(
            r"scheduling failure: ?(?:unable to schedule|not enough)|not enough hardware capacity",
            TextSource.ERROR,
        ),
        "scheduling failure|hardware capacity",
        command="restart {}",
    ),
    KnownCause(
        CauseId.BUILDER,
        ResponsibleParty.PLATFORM,
        "Hugging Face's builder failed.",
        "Rebuild the Space in a few minutes.",
        {
            TextSource.ERROR: words(r"unexpected (?:job|build) error"),
            TextSource.LOG: words(r"error: failed to push \S{1,80}\.huggingface\.tech/"),
        },
        "unexpected |failed to push",
        command="rebuild {}",
    ),
    KnownCause(
        CauseId.CONTAINER,
        ResponsibleParty.PLATFORM,
        "Hugging Face couldn't create the container.",
        "Rebuild the Space.",
        in_sources(r"failed to create (?:containerd|shim) task", TextSource.ERROR),
        "failed to create",
        command="rebuild {}",
    ),
    KnownCause(
        CauseId.LAUNCH_TIMEOUT,
        ResponsibleParty.TEAM,
        "The app didn't answer on its port in time.",
        "Let it listen on 0.0.0.0 and on app_port, 7860 by default.",
        in_sources(r"launch timed out, workload was not healthy", TextSource.ERROR),
        "launch timed out",
        is_symptom=True,
    ),
    KnownCause(
        CauseId.MEMORY_LIMIT,
        ResponsibleParty.TEAM,
        "It needs more memory than its hardware has.",
        "Load less at once, or move it to bigger hardware.",
        {
            TextSource.ERROR: words(r"memory limit exceeded|job failed with exit code: 137\b"),
            TextSource.LOG: words(r"memoryerror: unable to allocate|out of memory: killed process"),
        },
        "memory limit|exit code: 137|memoryerror|out of memory",
    ),
    KnownCause(
        CauseId.CUDA_MEMORY,
        ResponsibleParty.TEAM,
        "The GPU ran out of memory.",
        "Use a smaller model or bigger hardware.",
        in_sources(
            r"cuda out of memory|cuda error: out of memory|cublas_status_alloc_failed when",
            TextSource.LOG,
        ),
        "out of memory|cublas",
    ),
    KnownCause(
        CauseId.STORAGE_LIMIT,
        ResponsibleParty.TEAM,
        "Its disk is full.",
        "Write less, or use a volume. A restart empties the disk.",
        {
            TextSource.ERROR: words(r"evicted, storage limit exceeded"),
            TextSource.LOG: words(r"no space left on device"),
        },
        "storage limit|no space left",
        command="restart {}",
    ),
    KnownCause(
        CauseId.ACCOUNT_STORAGE,
        ResponsibleParty.BILLING,
        "The owner's storage is full.",
        "Delete what isn't needed, or upgrade the plan.",
        in_sources(
            r"storage limit (?:reached|exceeded)|storage quota exceeded", TextSource.REFUSAL
        ),
        "storage limit|storage quota",
    ),
    KnownCause(
        CauseId.MISSING_SECRET,
        ResponsibleParty.STAFF,
        "The secret {key} isn't set.",
        "Set it, or remove it from the code.",
        {
            TextSource.LOG: re.compile(
                rf"\bKeyError: ['\"]{_KEY}['\"]"
                rf"|\bst\.secrets has no key ['\"]{_KEY}['\"]"
                rf"|\bor by setting the {_KEY} environment variable"
                rf"|(?:Error|Exception): (?:[A-Za-z]{{1,20}} ){{0,4}}['\"`]?{_KEY}['\"`]? "
                r"(?:environment variable |secret )?(?:is |was )?"
                r"(?:not set|missing|required|not found)"
            )
        },
        "keyerror|st.secrets|environment variable|not set|missing|required|not found",
        command="secret set {}",
        takes_key=True,
    ),
    KnownCause(
        CauseId.DEPENDENCY_CONFLICT,
        ResponsibleParty.TEAM,
        "pip can't install the packages in requirements.txt.",
        "Change the versions that the build log names.",
        in_sources(
            r"no matching distribution found for |could not find a version that satisfies "
            r"|error: resolutionimpossible|versions have conflicting dependencies"
            r"|requires a different python: |npm err(?:or|!) code eresolve",
            TextSource.LOG,
        ),
        "no matching distribution|could not find a version|resolutionimpossible"
        "|conflicting dependencies|different python|eresolve",
    ),
    KnownCause(
        CauseId.MISSING_FRONT_MATTER,
        ResponsibleParty.TEAM,
        "README.md has no configuration.",
        "Begin it with a block between two lines of `---` that names the sdk.",
        in_sources(r"missing configuration in readme", TextSource.ERROR),
        "missing configuration",
    ),
    KnownCause(
        CauseId.CLONING,
        ResponsibleParty.PLATFORM,
        "A repository couldn't be cloned.",
        "Rebuild the Space. If that fails too, check the address in the build log.",
        in_sources(
            r"error while cloning repository|error\(s\) during clone:"
            r"|fatal: (?:unable to access '|could not read )|`git clone` failed: exit status",
            TextSource.LOG,
        ),
        "cloning repository|during clone|fatal: |git clone",
        command="rebuild {}",
    ),
    KnownCause(
        CauseId.PORT_IN_USE,
        ResponsibleParty.TEAM,
        "The app's port is already in use.",
        "Start one server only, on app_port.",
        in_sources(
            r"\[errno 98\][^\n]{0,80}address already in use|error: address already in use"
            r"|listen eaddrinuse: |cannot find empty port in range: ",
            TextSource.LOG,
        ),
        "address already in use|eaddrinuse|empty port",
    ),
    KnownCause(
        CauseId.COLLISION,
        ResponsibleParty.STAFF,
        "A secret and a variable have the same name.",
        "Delete one of the two.",
        in_sources(r"collision on variables and secrets", TextSource.ERROR, TextSource.REFUSAL),
        "collision on",
    ),
)
#: All known causes, the most specific first.
CATALOG = (*SPECIFIC, *GENERAL)
