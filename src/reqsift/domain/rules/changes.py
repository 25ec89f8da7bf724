"""Whether an answer says that a request changed something."""

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
