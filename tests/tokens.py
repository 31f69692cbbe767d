"""One token for each prefix of the catalog, as long as its issuer makes them. None is real.

They are assembled here, so that no secret scanner reports the file.
"""

import re

MIXED = "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8xC0fLrU5t" * 3
LETTERS = "qWeRtYuIoPaSdFgHjKlZxCvBnMqWeRtYuI"
CAPITALS = "J4K7Q2W5X3Z6B7M2"
HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 2

RESTS = {
    "xoxe.xoxb-": f"1-{MIXED[:60]}",
    "xoxe.xoxp-": f"1-{MIXED[:60]}",
    "xoxe-": f"1-{MIXED[:60]}",
    "xoxb-": f"123456789012-1234567890123-{MIXED[:24]}",
    "xoxp-": f"123456789012-123456789012-1234567890123-{HEX[:32]}",
    "xoxa-": f"2-{MIXED[:40]}",
    "xoxc-": f"123456789012-1234567890123-{MIXED[:24]}",
    "xoxd-": f"{MIXED[:40]}%2Bx%3D",
    "xoxo-": f"123456789012-{MIXED[:24]}",
    "xoxr-": f"123456789012-{MIXED[:24]}",
    "xoxs-": f"123456789012-{MIXED[:24]}",
    "xwfp-": f"123456789012-{MIXED[:24]}",
    "xapp-": f"1-A0123456789-1234567890123-{HEX}",
    "hf_oauth_": f"eyJ{MIXED[:40]}.{MIXED[:60]}",
    "hf_": LETTERS,
    "api_org_": LETTERS,
    **dict.fromkeys(("ghp_", "gho_", "ghu_", "ghs_"), MIXED[:36]),
    "ghr_": MIXED[:76],
    "github_pat_": f"11{MIXED[:20]}_{MIXED[:59]}",
    **dict.fromkeys(
        ("glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-", "glimt-"),
        f"{MIXED[:9]}-{MIXED[:10]}",
    ),
    **dict.fromkeys(("glagent-", "gloas-", "glffct-"), MIXED[:50]),
    "npm_": MIXED[:36],
    "pypi-AgE": f"IcHlwaS5vcmc{MIXED[:60]}",
    "dckr_pat_": MIXED[:27],
    "dckr_oat_": MIXED[:32],
    **dict.fromkeys(("AKIA", "ASIA", "ABIA", "ACCA"), CAPITALS),
    "AIza": f"Sy{MIXED[:33]}",
    "ya29.": f"a0{MIXED[:60]}",
    "GOCSPX-": MIXED[:28],
    "1//0": MIXED[:60],
    "sk-ant-": f"api03-{MIXED[:93]}AA",
    "sk-or-v1-": HEX,
    **dict.fromkeys(
        ("sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"),
        f"{MIXED[:20]}T3BlbkFJ{MIXED[:20]}",
    ),
    "sk-lf-": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    "sk-": MIXED[:48],
    "xai-": MIXED[:80],
    "pplx-": MIXED[:48],
    "gsk_": MIXED[:52],
    "r8_": MIXED[:37],
    "fw_": MIXED[:22],
    "nvapi-": MIXED[:64],
    "tvly-": f"dev-{MIXED[:32]}",
    **dict.fromkeys(("lsv2_pt_", "lsv2_sk_"), f"{HEX[:32]}_{HEX[:10]}"),
    "sbp_": HEX[:40],
    "sb_secret_": MIXED[:31],
    **dict.fromkeys(("sk_live_", "sk_test_", "rk_live_", "rk_test_"), MIXED[:24]),
    "whsec_": MIXED[:32],
    "SG.": f"{MIXED[:22]}.{MIXED[:43]}",
    **dict.fromkeys(("shpat_", "shpca_", "shppa_", "shpss_", "shptka_"), HEX[:32]),
    **dict.fromkeys(("dop_v1_", "doo_v1_", "dor_v1_"), HEX),
    "dapi": HEX[:32],
    "lin_api_": MIXED[:40],
    "ntn_": MIXED[:43],
    **dict.fromkeys(("sntrys_", "sntryu_"), MIXED[:64]),
}

#: Recognized by their shape, not by a prefix.
OTHERS = {
    "web token": f"eyJ{MIXED[:33]}.eyJ{MIXED[:50]}.{MIXED[:43]}",
    "Telegram": f"7412345678:AA{MIXED[:33]}",
    "password": f"postgresql://me:{MIXED[:12]}@db.test/x",
    "user": f"https://bot:{MIXED[:12]}@git.test/x",
    "webhook": f"https://hooks.slack.com/services/T0/B0/{MIXED[:24]}",
    "private key": "\n".join(
        [
            "-----BEGIN RSA " + "PRIVATE KEY-----",
            MIXED[:64],
            MIXED[30:94],
            "aB3dE5g=",
            "-----END RSA " + "PRIVATE KEY-----",
        ]
    ),
}

#: The part of each that must never be shown.
TOKENS = {
    **{prefix: f"{prefix}{rest}" for prefix, rest in RESTS.items()},
    **OTHERS,
}


def left_of(token: str, shown: str) -> list[str]:
    """Return the long parts of *token* that can be read in *shown*."""
    parts = re.findall(r"[A-Za-z0-9]{10,}", token.partition("://")[2] or token)
    return [part for part in parts if part in shown]
