"""Small HAR files for tests."""

import json

PAGE = "<!doctype html><title>Shop</title><h1>Hi</h1>"


def entry(
    url: str = "https://shop.example/",
    *,
    method: str = "GET",
    status: int = 200,
    body: str = PAGE,
    mime_type: str = "text/html",
) -> dict[str, object]:
    return {
        "startedDateTime": "2026-01-02T03:04:05.678Z",
        "time": 12.5,
        "request": {"method": method, "url": url, "httpVersion": "HTTP/1.1", "headers": []},
        "response": {
            "status": status,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Content-Type", "value": mime_type}],
            "content": {"size": len(body), "mimeType": mime_type, "text": body},
        },
    }


def har(*entries: object) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}}).encode()


def shop(count: int) -> bytes:
    """A capture of `count` pages of one host, each with a weakness or two."""
    return har(*(entry(f"https://shop.example/page/{number}") for number in range(count)))
