"""Stores of data and of settings that answer whoever asks."""

import re
from typing import NamedTuple

from reqsift.domain.findings import Evidence
from reqsift.domain.rules.provider_keys import PLACEHOLDER
from reqsift.domain.rules.signals import has_credentials, private_data
from reqsift.domain.view import RESPONSE_BODY, View

_ROWS = re.compile(r"/rest/v1/(?!rpc/)[\w-]{1,63}\Z")
_REALTIME = (".firebaseio.com", ".firebasedatabase.app")
_DOCUMENTS = re.compile(r"/v1/projects/[\w-]{1,63}/databases/[^/]{1,40}/documents/")
_VISITORS = frozenset({"anon", "anonymous", "public"})
_SETTINGS_PATH = re.compile(
    r"(?:backup|config|settings|export|rom-?0|nvram|param)[\w.-]{0,40}"
    r"(?:\.(?:cgi|bin|cfg|conf|ini|dat|asp|htm|xml|txt|tar|rsc|php)|/)?\Z",
    re.IGNORECASE,
)
_SETTINGS = re.compile(
    r"^[ \t]{0,8}(?:[\w.-]{0,30}(?:passw(?:or)?d|passwd|psk|_pass|_pwd|wpakey)|pass|pwd)"
    r"[ \t]{0,3}[=:][ \t]{0,3}([^\s=*<>{]{4,80})[ \t\r]{0,3}$",
    re.IGNORECASE | re.MULTILINE,
)
_PLAIN = frozenset({"application/octet-stream", "text/plain", "application/x-config", ""})


class Store(NamedTuple):
    """What answered, and where one sees it."""

    name: str
    shown: Evidence


def open_store(view: View) -> Store | None:
    """A database or the settings of a device that came without the login of anybody."""
    if view.status != 200 or view.request.method != "GET":
        return None
    if view.is_json:
        return _open_rows(view)
    if view.response_type in _PLAIN and _SETTINGS_PATH.search(view.url.path):
        return _open_settings(view)
    return None


def _open_rows(view: View) -> Store | None:
    host, path = view.url.host, view.url.path
    name = ""
    if _ROWS.search(path) and (host.endswith(".supabase.co") or view.request_header("apikey")):
        name = "Supabase" if _comes_as_visitor(view) else ""
    elif host.endswith(_REALTIME) and path.endswith(".json"):
        name = "" if _is_allowed(view) else "Firebase"
    elif host == "firestore.googleapis.com" and _DOCUMENTS.search(path):
        name = "" if _is_allowed(view) else "Firestore"
    shown = private_data(view) if name else None
    return Store(name, shown) if shown else None


def _comes_as_visitor(view: View) -> bool:
    """Whether every key of the request is the one that stands in each visitor's page."""
    keys = [token for token in view.jwts if token.part.startswith("request.headers")]
    if any(token.claims.get("role") not in _VISITORS for token in keys):
        return False
    given = [view.request_header(name) or "" for name in ("apikey", "authorization")]
    return bool(keys) or all("sb_publishable_" in one for one in given if one)


def _is_allowed(view: View) -> bool:
    named = {name.lower() for name, _ in view.query}
    return has_credentials(view) or bool(named & {"auth", "access_token"})


def _open_settings(view: View) -> Store | None:
    if has_credentials(view) or view.cookies:
        return None
    if not any(word in view.lower_body for word in ("pass", "pwd", "psk", "wpakey")):
        return None
    found = _SETTINGS.search(view.body)
    if found is None or PLACEHOLDER.search(found.group(1)):
        return None
    lines = view.body.count("=") + view.body.count(":")
    shown = view.span(RESPONSE_BODY, *found.span())
    return Store("the device's settings", shown) if lines >= 3 else None
