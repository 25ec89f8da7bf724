"""The tripwire: looks at the text that is about to leave, whatever was done to it before."""

import re

_WIRES = (
    ("a JSON Web Token", re.compile(r"eyJ[\w-]{10,200}\.eyJ[\w-]{4,200}")),
    ("a private key", re.compile(r"-----BEGIN[A-Z ]{0,40}PRIVATE KEY")),
    ("an access key of AWS", re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])")),
    ("a token of GitHub", re.compile(r"gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{30,255}")),
    ("a token of GitLab", re.compile(r"glpat-[\w-]{20,64}")),
    ("a token of Slack", re.compile(r"xox[abprs]-[\w-]{10,200}")),
    ("a key of Stripe", re.compile(r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,200}")),
    ("a key of Google", re.compile(r"AIza[\w-]{35}")),
    ("a key of a model provider", re.compile(r"sk-(?:ant|proj|or)-[\w-]{20,200}")),
    ("a password's hash", re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$argon2[id]{1,2}\$")),
    (
        "a bearer token",
        re.compile(r"(?i)\bbearer\s{1,3}(?!<)(?=[\w.~+/-]{0,40}\d)[\w.~+/-]{20,8192}"),
    ),
    ("basic credentials", re.compile(r"(?i)\bbasic\s{1,3}(?!<)[A-Za-z0-9+/]{12,8192}={1,2}")),
    (
        "a password",
        re.compile(
            r"(?i)(?<![\w-])(?:password|passwd|pwd)\"?\s{0,3}[=:]\s{0,3}\"?"
            r"(?!<|true|false|null|none|\"|\{|\$|\*|x{3}|undefined|required|string)[^\s\"'<>&,;{}()]{6,256}"
        ),
    ),
    (
        "an e-mail address",
        re.compile(
            r"(?<![\w.%+-])[A-Za-z0-9][\w.%+-]{0,63}@[A-Za-z0-9-]{1,63}\.(?:com|org|net|de|io|co|uk|fr|eu|edu|gov)\b"
        ),
    ),
)


def suspicious(text: str) -> str | None:
    """What still looks like a secret in a text that is about to leave; None if nothing does.

    Returns:
        A sentence without the secret itself.
    """
    for what, pattern in _WIRES:
        found = pattern.search(text)
        if found is not None:
            return f"something in it still looks like {what}."
    return None
