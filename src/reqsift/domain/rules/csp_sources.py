"""What the sources that a policy lists for scripts let through."""

import re
from collections.abc import Sequence

ANYWHERE = frozenset({"*", "http:", "https:", "data:", "http://*", "https://*", "*:*"})
_ANYBODY = frozenset(
    {
        "*.amazonaws.com", "*.cloudfront.net", "*.github.io", "*.googleapis.com",
        "*.herokuapp.com", "*.jsdelivr.net", "*.netlify.app", "*.vercel.app",
        "ajax.googleapis.com", "cdn.jsdelivr.net", "cdnjs.cloudflare.com", "s3.amazonaws.com",
        "storage.googleapis.com", "unpkg.com",
    }
)  # fmt: skip
"""Hosts that serve scripts of anybody, or old libraries that run text of the page as code."""
_SCHEME = re.compile(r"https?://")


def lets_inline(sources: Sequence[str] | None) -> bool:
    """Whether any inline script runs; a nonce, a hash or 'strict-dynamic' rules that out."""
    if sources is None:
        return True
    stricter = ("'nonce-", "'sha256-", "'sha384-", "'sha512-", "'strict-dynamic'")
    return "'unsafe-inline'" in sources and not any(s.startswith(stricter) for s in sources)


def open_source(sources: Sequence[str]) -> tuple[str, str]:
    """The kind and name of a source that lets anybody's script in; 'strict-dynamic' closes it."""
    if "'strict-dynamic'" in sources:
        return "", ""
    for source in sources:
        if source in ANYWHERE:
            return "wildcard-source", source
    for source in sources:
        if _SCHEME.sub("", source, count=1).removesuffix("/") in _ANYBODY:
            return "anybody-publishes", source
    return "", ""
