"""Recorded sentences of the Hub and of logs, one or more for each known cause.

The comment above a sentence names the public report that quotes it.
"""

from bot.causes import CauseId, TextSource

Example = tuple[CauseId, TextSource, str]

EXAMPLES: tuple[Example, ...] = (
    # huggingface/autotrain-advanced#958
    (
        CauseId.MODERATION_LOCK,
        TextSource.ERROR,
        "Flagged as abusive: Blocked by abuse-handler by rule: Cloudflare",
    ),
    # discuss.huggingface.co/t/176589, /t/177164
    (CauseId.MODERATION_LOCK, TextSource.ERROR, "Flagged as abusive"),
    # discuss.huggingface.co/t/176628
    (
        CauseId.QUOTA,
        TextSource.REFUSAL,
        (
            "You’ve reached your CPU-basic quota limit, please upgrade your account, or pause your "
            "previous Spaces to restart this one."
        ),
    ),
    # discuss.huggingface.co/t/175681: both
    (
        CauseId.QUOTA,
        TextSource.REFUSAL,
        (
            "You’ve reached your null quota limit, please upgrade your account, or pause your "
            "previous Spaces to restart this one"
        ),
    ),
    (
        CauseId.QUOTA,
        TextSource.ERROR,
        "You’ve reached your hardware quota limit across all your Spaces!",
    ),
    # gradio-app/gradio#3804
    (
        CauseId.PAYMENT_METHOD,
        TextSource.REFUSAL,
        (
            "You must add a payment method to your account to upgrade your space's hardware. Visit "
            "your billing settings to add one: https://huggingface.co/settings/billing"
        ),
    ),
    # ed-donner/agents#1469
    (
        CauseId.PLAN_GATE,
        TextSource.REFUSAL,
        (
            "Static Spaces are free for everyone, but hosting Gradio and Docker Spaces on free "
            "cpu-basic requires a PRO subscription. Subscribe at https://huggingface.co/pro"
        ),
    ),
    # The answer to a move to cpu-basic, quoted in several public deployment notes of 2026.
    (
        CauseId.PLAN_GATE,
        TextSource.REFUSAL,
        (
            "Without a PRO subscription, you can't downgrade this Space to cpu-basic. Pause it "
            "instead to stop hardware charges, or subscribe."
        ),
    ),
    # huggingface_hub.errors.DisabledRepoError
    (CauseId.DISABLED, TextSource.REFUSAL, "Access to this resource is disabled."),
    # huggingface/huggingface_hub#4972
    (CauseId.TOKEN_CANNOT_ACT, TextSource.ACT, "Invalid username or password."),
    # huggingface/agents-course#733
    (CauseId.ZEROGPU_FUNCTION, TextSource.ERROR, "No @spaces.GPU function detected during startup"),
    (
        CauseId.ZEROGPU_FUNCTION,
        TextSource.LOG,
        "RuntimeError: No @spaces.GPU function detected during startup",
    ),
    # The changelog of a public ZeroGPU Space.
    (CauseId.ZEROGPU_PYTORCH, TextSource.ERROR, "No candidate PyTorch version found for ZeroGPU"),
    # PantoMatrix/PantoMatrix#218
    (CauseId.SCHEDULING, TextSource.ERROR, "Scheduling failure: unable to schedule"),
    # Two public deployment notes of 2026.
    (CauseId.SCHEDULING, TextSource.ERROR, "Scheduling failure: not enough hardware capacity"),
    # huggingface/datasets#7530: both
    (CauseId.BUILDER, TextSource.ERROR, "Unexpected job error"),
    (
        CauseId.BUILDER,
        TextSource.LOG,
        (
            "ERROR: failed to push spaces-registry.huggingface.tech/spaces/67411:cpu-f6a1616-gs: "
            "unexpected status from HEAD request to https://spaces-registry.huggingface.tech/v2/"
            "spaces/67411/manifests/cpu-f6a1616-gs: 401 Unauthorized"
        ),
    ),
    # huggingface/competitions#18
    (
        CauseId.BUILDER,
        TextSource.LOG,
        (
            "--> ERROR: failed to push "
            "private.docker-builder-registry-s3.internal.huggingface.tech/"
            "spaces/65c03:cpu-1ccb704: failed to authorize: failed to fetch anonymous token"
        ),
    ),
    # open-spaced-repetition/fsrs4anki#236
    (CauseId.BUILDER, TextSource.ERROR, "Unexpected build error"),
    # pablovela5620/mini-dust3r#8
    (
        CauseId.CONTAINER,
        TextSource.ERROR,
        (
            "Exit code: 128. Reason: failed to create containerd task: failed to create shim task: "
            "context canceled"
        ),
    ),
    # Kunbyte-AI/ROSE#13
    (
        CauseId.LAUNCH_TIMEOUT,
        TextSource.ERROR,
        "Launch timed out, workload was not healthy after 30 min",
    ),
    # Several public Spaces.
    (CauseId.MEMORY_LIMIT, TextSource.ERROR, "Memory limit exceeded (16Gi)"),
    # Cinnamon/kotaemon#725
    (CauseId.MEMORY_LIMIT, TextSource.ERROR, "Job failed with exit code: 137"),
    (
        CauseId.MEMORY_LIMIT,
        TextSource.LOG,
        (
            "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 11.9 GiB for an array "
            "with "
            "shape (40000, 40000) and data type float64"
        ),
    ),
    (
        CauseId.CUDA_MEMORY,
        TextSource.LOG,
        (
            "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a "
            "total capacity of 14.57 GiB of which 1.2 GiB is free."
        ),
    ),
    (CauseId.CUDA_MEMORY, TextSource.LOG, "RuntimeError: CUDA error: out of memory"),
    # discuss.huggingface.co/t/169386
    (CauseId.STORAGE_LIMIT, TextSource.ERROR, "Workload evicted, storage limit exceeded (50G)"),
    (CauseId.STORAGE_LIMIT, TextSource.LOG, "OSError: [Errno 28] No space left on device"),
    # huggingface_hub's forum threads about private storage
    (
        CauseId.ACCOUNT_STORAGE,
        TextSource.REFUSAL,
        (
            "Private repository storage limit reached, please upgrade your plan to increase your "
            "private storage limit."
        ),
    ),
    (CauseId.MISSING_SECRET, TextSource.LOG, "KeyError: 'OPENAI_API_KEY'"),
    # streamlit, quoted in many repositories
    (
        CauseId.MISSING_SECRET,
        TextSource.LOG,
        (
            'KeyError: \'st.secrets has no key "OPENAI_API_KEY". Did you forget to add it to '
            "secrets.toml, mount it to secret directory, or the app settings on Streamlit Cloud?'"
        ),
    ),
    # openai-python
    (
        CauseId.MISSING_SECRET,
        TextSource.LOG,
        (
            "openai.OpenAIError: The api_key client option must be set either by passing api_key "
            "to "
            "the client or by setting the OPENAI_API_KEY environment variable"
        ),
    ),
    (
        CauseId.MISSING_SECRET,
        TextSource.LOG,
        "ValueError: Environment variable HF_TOKEN is not set.",
    ),
    (
        CauseId.DEPENDENCY_CONFLICT,
        TextSource.LOG,
        (
            "ERROR: Cannot install -r requirements.txt (line 1) and numpy==2.1 because these "
            "package "
            "versions have conflicting dependencies."
        ),
    ),
    (
        CauseId.DEPENDENCY_CONFLICT,
        TextSource.LOG,
        "ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/",
    ),
    (
        CauseId.DEPENDENCY_CONFLICT,
        TextSource.ERROR,
        (
            "Job failed with exit code: 1. Reason: error building image: ERROR: No matching "
            "distribution found for torch==9.9"
        ),
    ),
    # Several public Spaces.
    (CauseId.MISSING_FRONT_MATTER, TextSource.ERROR, "Missing configuration in README"),
    # gradio-app/gradio#6640
    (CauseId.CLONING, TextSource.LOG, "Error(s) during clone:"),
    (
        CauseId.CLONING,
        TextSource.LOG,
        (
            "fatal: unable to access 'https://huggingface.co/datasets/acme/terms/': Could not "
            "resolve "
            "host: huggingface.co"
        ),
    ),
    # gradio
    (
        CauseId.PORT_IN_USE,
        TextSource.LOG,
        (
            "OSError: Cannot find empty port in range: 7860-7860. You can specify a different "
            "port by "
            "setting the GRADIO_SERVER_PORT environment variable or passing the `server_port` "
            "parameter to `launch()`."
        ),
    ),
    # uvicorn
    (
        CauseId.PORT_IN_USE,
        TextSource.LOG,
        (
            "ERROR:    [Errno 98] error while attempting to bind on address ('0.0.0.0', 7860): "
            "address already in use"
        ),
    ),
    # node
    (
        CauseId.PORT_IN_USE,
        TextSource.LOG,
        "Error: listen EADDRINUSE: address already in use 0.0.0.0:7860",
    ),
    (CauseId.COLLISION, TextSource.ERROR, "Collision on variables and secrets names"),
    (CauseId.MISSING_MODULE, TextSource.LOG, "ModuleNotFoundError: No module named 'torch'"),
    (
        CauseId.MISSING_MODULE,
        TextSource.LOG,
        "ImportError: cannot import name 'HfFolder' from 'huggingface_hub'",
    ),
    (CauseId.PLATFORM, TextSource.ERROR, "Internal Server Error"),
    (CauseId.CONFIGURATION, TextSource.ERROR, "Configuration error"),
    (
        CauseId.CONFIGURATION,
        TextSource.LOG,
        'yaml.scanner.ScannerError: mapping values are not allowed here in "README.md", line 3',
    ),
    (CauseId.CODE, TextSource.LOG, "NameError: name 'x' is not defined"),
    (CauseId.CODE, TextSource.LOG, "gradio.exceptions.InvalidPathError: Cannot move /tmp/a"),
    (CauseId.CODE, TextSource.ERROR, "Exit code: 1. Reason: the process ended"),
)
