"""Rules over many exchanges. `ACROSS` lists all of them; to add one, add its line."""

from reqsift.domain.rules.across import endpoints, logins, objects, reuse, sessions
from reqsift.domain.rules.across.form import CaptureRule, Tracker
from reqsift.domain.rules.across.people import PEOPLE

ACROSS: tuple[CaptureRule, ...] = (
    objects.SHARED_OBJECT,
    objects.OPEN_TWIN,
    objects.SHARED_CACHE,
    endpoints.MIXED_AUTHENTICATION,
    endpoints.SEVERAL_OWNERS,
    endpoints.SEQUENTIAL_IDS,
    sessions.TOKEN_AFTER_LOGOUT,
    sessions.SESSION_NOT_ROTATED,
    logins.USER_ENUMERATION,
    logins.RECOVERY_ENUMERATION,
    logins.NO_LOGIN_LIMIT,
    reuse.NONCE_REUSED,
    reuse.CSRF_TOKEN_SHARED,
)
TRACKERS: tuple[Tracker, ...] = (PEOPLE, *dict.fromkeys(rule.tracker for rule in ACROSS))
