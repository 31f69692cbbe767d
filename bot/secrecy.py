"""What a secret looks like, wherever it turns up: in the log of an app, or in our own.

Every pattern is bounded, or begins where no other match of it can: a line of 100 kB costs no
more than it takes to read it.
"""

import re

HIDDEN = "***"

#: What providers let their tokens begin with, and how much of it must follow.
_TOKENS = (
    r"(?:xox[a-z]\.)?(?:xox[a-z]|xapp|xwfp)-[\w-]+",  # Slack
    # Sixteen and more without a "_": the client's own functions are called hf_something, too.
    r"hf_(?:oauth_[\w.-]{8,}|[A-Za-z0-9]{16,})",
    r"(?:sk-|gh[pousr]_|github_pat_|glpat-|AKIA|ASIA|AIza|dckr_pat_|whsec_)[\w-]{6,}",
    r"(?:gsk|[sr]k_(?:live|test)|lsv2_[ps][tk]|dop_v1|sbp|shpat|lin_api)_[A-Za-z0-9]{8,}",
    r"(?:r8|fw|npm)_[A-Za-z0-9]{12,}",
    r"(?:nvapi|tvly|xai|pplx|GOCSPX)-[\w-]{12,}",
    r"pypi-AgE[\w-]{8,}",
    r"ya29\.[\w-]{8,}",
    r"SG\.[\w-]{12,40}\.[\w-]{12,}",
)
#: Before each pattern what any match of it holds, in small letters: to look for that first is
#: many times as fast.
_BY_LOOK = (
    ("", re.compile(rf"\b(?:{'|'.join(_TOKENS)})"), HIDDEN),
    # A JSON web token.
    ("eyj", re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?"), HIDDEN),
    # A user's name may be the token. Of a database even a password may hold an unquoted slash.
    ("://", re.compile(r"(://)[^\s:/@]*:[^\s/]+@"), rf"\1{HIDDEN}@"),
    (
        "://",
        re.compile(
            r"(\b(?:mongodb|postgres|mysql|redis|amqp)[\w+]{0,20}://)[^\s:/@]{0,400}:[^\s@]{1,400}@"
        ),
        rf"\1{HIDDEN}@",
    ),
    # Whoever has one of these addresses may post in our name.
    ("://", re.compile(r"(://hooks\.slack\.com/)[^\s\"'<>]+"), rf"\1{HIDDEN}"),
    (
        "bearer",
        re.compile(r"(?i)(\bbearer )(?!auth|token|realm)[\w.~+/=-]{8,}"),
        rf"\1{HIDDEN}",
    ),
    (
        "authorization",
        re.compile(r"(?i)(\bauthorization\W{1,4}(?:basic|token|digest) )[\w.~+/=-]{6,}"),
        rf"\1{HIDDEN}",
    ),
    ("basic", re.compile(r"(?i)(\bbasic )(?=[a-z+/]{0,99}[\d=])[\w+/=-]{8,}"), rf"\1{HIDDEN}"),
)

_WORD = (
    r"(?:secret|token(?!i[sz])|passwor[dt]|passwd|(?:api|access|private|auth)[_ -]?key|signature)"
)
#: One of these is in every such word.
_CLUES = ("secret", "token", "passw", "key", "signature")
_QUOTED = r"\"[^\"]{4,400}\"|'[^']{4,400}'"
_QUOTED_WORD = r"\"[^\"\s]{4,400}\"|'[^'\s]{4,400}'"
# What may stand where a value does, and is what a reader needs to know.
_NO_VALUE = (
    r"(?!(?:missing|required|optional|invalid|incorrect|malformed|undefined|expired|revoked"
    r"|rejected|unauthorized)(?:[\s.,;)]|$)|os\.(?:environ|getenv)\b)"
)
_A_NAME = r"(?![\"'][A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){1,6}[\"'])"
_NAMED = (
    # With a sign between name and value, and perhaps with a word: an API key "provided: …".
    re.compile(
        rf"(?i)({_WORD}[\w.-]{{0,40}}(?:[ ](?:provided|given|used|supplied))?"
        rf"[\"']?\s{{0,3}}[=:]\s{{0,3}}){_NO_VALUE}({_QUOTED}|[^\s,;&'\"]{{6,}})"
    ),
    # Without one: in quotes, or long and with a digit, as no word is.
    re.compile(
        rf"((?i:{_WORD})[A-Z0-9_]{{0,40}}\s{{1,3}})(?<!(?i:token) ){_A_NAME}({_QUOTED_WORD})"
    ),
    re.compile(
        rf"((?i:{_WORD})[A-Z0-9_]{{0,40}}\s{{1,3}}[\"']?)"
        r"(?=[\w/+=.-]{0,60}\d)(?=[\w/+=.-]{0,60}[A-Za-z])([\w/+=.-]{12,})"
    ),
)


def hide_tokens(text: str) -> str:
    """Take out what is a secret by its looks.

    >>> hide_tokens("postgresql://me:pw@host/db refused hf_abcdefghijklmnop")
    'postgresql://***@host/db refused ***'
    """
    small = text.casefold()
    for clue, pattern, instead in _BY_LOOK:
        if clue in small:
            text = pattern.sub(instead, text)
    return text


def hide(text: str) -> str:
    """Take out what is, or by its name may be, a secret.

    >>> hide("OPENAI_API_KEY=abcdef12 is wrong"), hide("KeyError: 'API_KEY'")
    ('OPENAI_API_KEY=*** is wrong', "KeyError: 'API_KEY'")
    """
    text = hide_tokens(text)
    small = text.casefold()
    if not any(clue in small for clue in _CLUES):
        return text
    for pattern in _NAMED:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text
