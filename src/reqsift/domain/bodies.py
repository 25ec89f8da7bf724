"""From the bytes of a body to the text that rules, people and models read."""

from reqsift.domain.captures import Body

_TEXTUAL = ("text/", "json", "xml", "javascript", "ecmascript", "x-www-form-urlencoded", "graphql")


def essence(mime_type: str) -> str:
    """The media type alone, lower case: `text/html` of `Text/HTML; charset=utf-8`."""
    return mime_type.partition(";")[0].strip().lower()


def is_textual(mime_type: str) -> bool:
    """Whether this media type is meant to be read as text."""
    return any(mark in essence(mime_type) for mark in _TEXTUAL)


def body_text(body: Body) -> str | None:
    """Decode a body: UTF-8 first, then its declared charset; None for binary content.

    Bytes that break a textual body become U+FFFD, so that the rest can still be read.
    """
    content = body.content
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        if body.truncated and error.start >= len(content) - 3:
            return content[: error.start].decode()
    text = _in_declared_charset(body)
    if text is None and is_textual(body.mime_type) and b"\0" not in content[:1024]:
        return content.decode(errors="replace")
    return text


def _in_declared_charset(body: Body) -> str | None:
    _, found, charset = body.mime_type.lower().partition("charset=")
    if not found:
        return None
    try:
        return body.content.decode(charset.partition(";")[0].strip(" \"'"))
    except (LookupError, UnicodeError, ValueError):
        return None
