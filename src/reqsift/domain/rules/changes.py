"""Whether a request asks for a change, and whether the answer says that it was made."""

import re

from reqsift.domain.findings import Evidence
from reqsift.domain.rules.signals import found_in_body
from reqsift.domain.view import View

_DONE = re.compile(
    r'"(?:[a-z]{1,24}_?)?(?:changed|deleted|removed|transferred|revoked|granted|cancell?ed|disabled'
    r'|enabled|updated|created|added|sent|purchased)"\s{0,3}:\s{0,3}true'
    r'|"(?:status|result|message|action|state)"\s{0,3}:\s{0,3}"[^"]{0,40}?\b(?:changed|deleted|removed'
    r'|transferred|updated|revoked|granted|cancell?ed|disabled|purchased)\b[^"]{0,40}"',
    re.IGNORECASE,
)
_VERB = re.compile(
    r"(?:^|[/_.-])(?:change|update|set|delete|remove|transfer|add|create|edit|send|pay|confirm|cancel"
    r"|disable|enable|revoke|grant|reset|assign|buy|purchase|subscribe|unsubscribe|modify|save)"
    r"(?:[/_.-]|[A-Z]|$)"
)
_WORDS = ('ed"', "ed ", 'sent"', "ed.", "ed!", "ed\\")


def told_change(view: View) -> Evidence | None:
    """Where the JSON answer to an address that names a change says that it was made."""
    if not view.is_json or not view.query or not _VERB.search(view.url.path):
        return None
    return found_in_body(view, _DONE) if any(w in view.lower_body for w in _WORDS) else None


_NAMED = re.compile(
    r"(?:^|[/_.-])(?:delete|remove|destroy|transfer|deactivate|approve|grant|revoke|purge|purchase|"
    r"promote|change[_-]?(?:password|email|role))(?:[/_.-]|$)",
    re.IGNORECASE,
)
_NAMES = (
    "delete", "remove", "destroy", "transfer", "deactivate", "approve", "grant", "revoke", "purge",
    "purchase", "promote", "change",
)  # fmt: skip
_ACTIONS = frozenset({"action", "do", "cmd", "act", "op"})
_CONFIRMS = frozenset({"confirm", "confirmed", "confirmation", "sure", "really", "bestaetigt"})
_YES = frozenset({"yes", "1", "true", "y", "ja", "oui", "si", "sim", "tak"})
_SAVES = re.compile(
    r"(?:^|[_.-])(?:save|store|update|set|add|send|enable|disable|speichern)(?:[_.-]|$)"
)
_SLIGHT = (
    "lang", "locale", "theme", "currency", "view", "count", "stat", "track", "cookie", "consent",
    "seen", "read", "beat",
)  # fmt: skip
"""What sites keep of a visit by such actions, so that a forged one changes nothing of worth."""
_ENDS = re.compile(
    r"/(?:close|cancel|leave|withdraw|reset|terminate|disable|enable|pay|buy|order|unsubscribe"
    r"|loeschen|kuendigen|supprimer|borrar|excluir|usun)(?:[./_-]|$)"
)


def is_told_to_change(view: View) -> bool:
    """Whether a parameter names a change with what to change, or confirms one."""
    confirmed = False
    for name, value in view.query:
        plain, lower = name.lower().strip("_"), value.lower()
        if plain in _ACTIONS and (names_change(lower) or _saves(view, lower)):
            return True
        confirmed = confirmed or (plain in _CONFIRMS and lower in _YES)
    return confirmed and _ENDS.search(view.url.path.lower()) is not None


def _saves(view: View, action: str) -> bool:
    """Whether an action stores a value that stands beside it."""
    stores = len(view.query) > 1 and _SAVES.search(action) is not None
    return stores and not any(word in action for word in _SLIGHT)


def names_change(text: str) -> bool:
    """Whether a path or the name of an action says that something is changed."""
    lower = text.lower()
    return any(word in lower for word in _NAMES) and _NAMED.search(lower) is not None
