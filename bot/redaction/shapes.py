"""The shapes of tokens, by the prefixes and lengths that issuers document.

A Space may be called `sk-learn-demo`, `hf_space` or `xai-notes-2026`. So a prefix that could
begin a name counts only before a long run of letters and digits, which names don't have. The
lengths are shorter than the issuers' own, because a token may be truncated.
"""

import re
from dataclasses import dataclass, field

#: A run of letters and digits that has a digit or is too long for a word.
_RUN = r"(?:(?=[A-Za-z]{0,99}[0-9])[A-Za-z0-9]{16,}|[A-Za-z0-9]{30,})"
#: A shorter run, for prefixes that no word begins with.
_SHORT_RUN = r"(?:(?=[A-Za-z]{0,99}[0-9])[A-Za-z0-9]{8,}|[A-Za-z0-9]{20,})"
#: Parts with dashes, of which one is 12 characters or longer, as in random tokens but not in names.
_DASHED = r"(?=(?:[A-Za-z0-9]{0,11}[_-]){0,12}+[A-Za-z0-9]{12})(?=[\w-]{0,99}[0-9])[\w-]{16,}"
_WITH_DIGIT = r"(?=[\w-]{0,99}[0-9])[\w-]{8,}"


@dataclass(frozen=True, slots=True)
class TokenShape:
    """One kind of token: its prefixes and the pattern of the rest."""

    kind: str
    prefixes: tuple[str, ...]
    rest: str
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        begins = "|".join(map(_begin, self.prefixes))
        object.__setattr__(self, "pattern", re.compile(f"(?:{begins}){self.rest}", re.ASCII))


def _begin(prefix: str) -> str:
    """Return a pattern for *prefix* at the beginning of a word.

    The look-behind comes last, because `re` finds a literal at the start in one fast pass.
    """
    return rf"{re.escape(prefix)}(?<![A-Za-z0-9].{{{len(prefix)}}})"


#: Longer prefixes come before the shorter ones that they begin with.
TOKEN_SHAPES = (
    TokenShape("rotating Slack token", ("xoxe.xoxb-", "xoxe.xoxp-", "xoxe-"), r"[\w-]+"),
    TokenShape("Slack bot token", ("xoxb-",), r"[\w-]+"),
    TokenShape("Slack user token", ("xoxp-",), r"[\w-]+"),
    TokenShape("Slack app-level token", ("xapp-",), r"[\w-]+"),
    TokenShape(
        "Slack token",
        ("xoxa-", "xoxc-", "xoxd-", "xoxo-", "xoxr-", "xoxs-", "xwfp-"),
        r"[\w%+/=-]+",
    ),
    TokenShape(
        "Hugging Face OAuth token", ("hf_oauth_",), r"(?=[a-z_]{0,99}[A-Z0-9])[\w.-]{7,}[\w-]"
    ),
    TokenShape("Hugging Face token", ("hf_", "api_org_"), _RUN),
    TokenShape("GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), _SHORT_RUN),
    TokenShape("GitHub token", ("github_pat_",), r"(?=\w{0,99}[0-9])\w{16,}"),
    TokenShape(
        "GitLab token",
        (
            *("glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-", "glimt-"),
            *("glagent-", "gloas-", "glffct-"),
        ),
        rf"{_WITH_DIGIT}(?:\.[a-z0-9]{{2}}\.?[a-z0-9]{{7,9}})?",
    ),
    TokenShape("npm token", ("npm_",), _RUN),
    TokenShape("PyPI token", ("pypi-AgE",), r"[\w-]{8,}"),
    TokenShape("Docker token", ("dckr_pat_", "dckr_oat_"), r"[\w-]{12,}"),
    TokenShape(
        "AWS access key",
        ("AKIA", "ASIA", "ABIA", "ACCA"),
        r"(?:(?=[A-Z]{0,20}[0-9])[A-Z0-9]{12,}|[A-Z]{16}(?![A-Za-z0-9]))",
    ),
    TokenShape("Google API key", ("AIza",), r"[\w-]{16,}"),
    TokenShape("Google OAuth token", ("ya29.", "GOCSPX-"), r"[\w-]{12,}"),
    TokenShape("Google OAuth token", ("1//0",), r"[\w-]{30,}"),
    TokenShape("Anthropic API key", ("sk-ant-",), r"[a-z]{2,10}[0-9]{2}-[\w-]{8,}"),
    TokenShape("OpenRouter API key", ("sk-or-v1-",), r"[0-9a-f]{16,}"),
    TokenShape(
        "OpenAI API key", ("sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-", "sk-lf-"), _DASHED
    ),
    # OpenAI's older keys, and those of other issuers with the same prefix.
    TokenShape("API key", ("sk-",), _RUN),
    TokenShape("xAI API key", ("xai-",), _RUN),
    TokenShape("Perplexity API key", ("pplx-",), _RUN),
    TokenShape("Groq API key", ("gsk_",), _RUN),
    TokenShape("Replicate token", ("r8_",), _RUN),
    TokenShape("Fireworks API key", ("fw_",), _RUN),
    TokenShape("NVIDIA API key", ("nvapi-",), _DASHED),
    TokenShape("Tavily API key", ("tvly-",), _DASHED),
    TokenShape("LangSmith API key", ("lsv2_pt_", "lsv2_sk_"), rf"{_SHORT_RUN}(?:_[0-9a-z]{{6,}})?"),
    TokenShape("Supabase token", ("sbp_", "sb_secret_"), _RUN),
    TokenShape("Stripe key", ("sk_live_", "sk_test_", "rk_live_", "rk_test_"), _SHORT_RUN),
    TokenShape("Stripe webhook secret", ("whsec_",), rf"{_RUN}[+/=\w]*"),
    TokenShape("SendGrid API key", ("SG.",), r"[\w-]{12,40}\.[\w-]{12,}"),
    TokenShape("Shopify token", ("shpat_", "shpca_", "shppa_", "shpss_", "shptka_"), _RUN),
    TokenShape("DigitalOcean token", ("dop_v1_", "doo_v1_", "dor_v1_"), _RUN),
    TokenShape("Databricks token", ("dapi",), r"[0-9a-f]{32}(?:-[0-9])?"),
    TokenShape("Linear API key", ("lin_api_",), _RUN),
    TokenShape("Notion token", ("ntn_",), _RUN),
    TokenShape("Sentry token", ("sntrys_", "sntryu_"), rf"{_RUN}[+/=\w]*"),
)


def token_kind(text: str) -> str | None:
    """Return the kind of token that *text* begins like, or None.

    >>> token_kind("ghp_1"), token_kind("team-a")
    ('GitHub token', None)
    """
    return next((s.kind for s in TOKEN_SHAPES if text.startswith(s.prefixes)), None)
