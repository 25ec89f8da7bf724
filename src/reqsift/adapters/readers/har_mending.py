"""Brings the JSON of an odd HAR entry into the form of `har_entry`, as much of it as makes sense.

For what tools and hands write against the standard: headers as an object, numbers as text, null
fields, missing names, NaN, control characters, bytes that are no UTF-8.
"""

import json
from math import isfinite

from reqsift.adapters.readers.har_entry import (
    ContentPart,
    EntryPart,
    HeaderPart,
    ParamPart,
    PostPart,
    RequestPart,
    ResponsePart,
    UnusableEntry,
)


def mended_entry(text: bytes) -> EntryPart:
    """Decode an entry leniently.

    Raises:
        UnusableEntry: There is no request in it.
    """
    try:
        value = json.loads(text.decode(errors="replace"), strict=False, parse_int=_integer)
    except ValueError:
        raise UnusableEntry("It is broken JSON.") from None
    if not isinstance(value, dict):
        raise UnusableEntry("It is not a JSON object.")
    request = value.get("request")
    if not isinstance(request, dict):
        raise UnusableEntry("It has no request.")
    return EntryPart(
        request=_request(request),
        response=_response(value.get("response")),
        started_date_time=_text(value.get("startedDateTime")),
        time=_number(value.get("time")),
    )


def _request(value: dict[str, object]) -> RequestPart:
    return RequestPart(
        method=_text(value.get("method")),
        url=_text(value.get("url")),
        http_version=_text(value.get("httpVersion")),
        headers=_headers(value.get("headers")),
        post_data=_post(value.get("postData")),
        body_size=_number(value.get("bodySize")),
    )


def _response(value: object) -> ResponsePart | None:
    if not isinstance(value, dict):
        return None
    return ResponsePart(
        status=int(_number(value.get("status")) or 0),
        status_text=_text(value.get("statusText")),
        http_version=_text(value.get("httpVersion")),
        headers=_headers(value.get("headers")),
        content=_content(value.get("content")),
        body_size=_number(value.get("bodySize")),
    )


def _content(value: object) -> ContentPart | None:
    if isinstance(value, str):
        return ContentPart(text=_text(value))
    if not isinstance(value, dict):
        return None
    return ContentPart(
        size=_number(value.get("size")),
        mime_type=_text(value.get("mimeType")),
        text=_optional_text(value.get("text")),
        encoding=_text(value.get("encoding")),
    )


def _post(value: object) -> PostPart | None:
    if isinstance(value, str):
        return PostPart(text=_text(value))
    if not isinstance(value, dict):
        return None
    return PostPart(
        mime_type=_text(value.get("mimeType")),
        text=_optional_text(value.get("text")),
        encoding=_text(value.get("encoding")),
        params=_params(value.get("params")),
    )


def _params(value: object) -> list[ParamPart]:
    if isinstance(value, dict):
        return [ParamPart(name=_text(name), value=_text(item)) for name, item in value.items()]
    if not isinstance(value, list):
        return []
    return [
        ParamPart(
            name=_text(item.get("name")),
            value=_optional_text(item.get("value")),
            file_name=_optional_text(item.get("fileName")),
            content_type=_optional_text(item.get("contentType")),
        )
        for item in value
        if isinstance(item, dict)
    ]


def _headers(value: object) -> list[HeaderPart]:
    if isinstance(value, dict):
        return [
            HeaderPart(_text(name), _text(single))
            for name, item in value.items()
            for single in (item if isinstance(item, list) else [item])
        ]
    if not isinstance(value, list):
        return []
    return [header for item in value if (header := _header(item))]


def _header(value: object) -> HeaderPart | None:
    match value:
        case {"name": name, **rest}:
            return HeaderPart(_text(name), _text(rest.get("value")))
        case str() if ":" in value[1:]:  # one line; a pseudo header begins with a colon
            name, _, content = value[1:].partition(":")
            return HeaderPart(_text(value[0] + name), _text(content.strip()))
        case [name, content]:
            return HeaderPart(_text(name), _text(content))
        case _:
            return None


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _text(value: object) -> str:
    """Whatever stands where a text should; half of a surrogate pair becomes U+FFFD."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False)
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _integer(digits: str) -> float:
    # JSON allows integers of any length, `int` does not.
    return int(digits) if len(digits) < 20 else float(digits)


def _number(value: object) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, float | int) and not isinstance(value, bool) and isfinite(value):
        return value
    return None
