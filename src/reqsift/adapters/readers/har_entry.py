"""The parts of a HAR entry that reqsift needs, in the one form that all dialects are brought to.

The types are as lenient as they can be without a cost: what most tools write is decoded straight
into them; the rest goes through `har_mending`. Extras, `_`-prefixed ones too, are ignored.
"""

import msgspec


class HeaderPart(msgspec.Struct, gc=False):
    name: str
    value: str


class ParamPart(msgspec.Struct, gc=False, rename="camel"):
    name: str = ""
    value: str | None = None
    file_name: str | None = None
    content_type: str | None = None


class PostPart(msgspec.Struct, gc=False, rename="camel"):
    mime_type: str | None = None
    text: str | None = None
    encoding: str | None = None
    params: list[ParamPart] | None = None


class ContentPart(msgspec.Struct, gc=False, rename="camel"):
    size: float | None = None
    mime_type: str | None = None
    text: str | None = None
    encoding: str | None = None


class RequestPart(msgspec.Struct, gc=False, rename="camel"):
    method: str
    url: str
    http_version: str | None = None
    headers: list[HeaderPart] = []
    post_data: PostPart | None = None
    body_size: float | None = None


class ResponsePart(msgspec.Struct, gc=False, rename="camel"):
    status: int | None = None
    status_text: str | None = None
    http_version: str | None = None
    headers: list[HeaderPart] = []
    content: ContentPart | None = None
    body_size: float | None = None


class EntryPart(msgspec.Struct, gc=False, rename="camel"):
    request: RequestPart
    response: ResponsePart | None = None
    started_date_time: str | None = None
    time: float | None = None


class UnusableEntry(Exception):
    """The entry holds no HTTP request; the message is one sentence for the user."""
