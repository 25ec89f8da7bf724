"""A second factor that is asked for and yet not needed."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.answers import Record, member, plain, records
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence, issued_sessions
from reqsift.domain.stacks import Stack
from reqsift.domain.view import URL, View

_FACTOR = re.compile(r"mfa|2fa|otp|twofactor|secondfactor|twostep|stepup|authenticator")
_WORDS = ("mfa", "2fa", "otp", "factor", "two_step", "twostep", "stepup", "step_up")
_SKIPPED = re.compile(r"(?:skip(?:ped)?|bypass(?:ed)?|overridden)\Z")
_TRUSTED = re.compile(
    r"trusted|remember|known_?device|grace|not_?enrolled|enrol|setup|exempt|already|\"required\"\s{0,3}"
    r":\s{0,3}false|mfa_?(?:required|enabled)\"\s{0,3}:\s{0,3}false",
    re.IGNORECASE,
)
_SESSION = re.compile(
    r'"(?:access_?|auth_?|id_?)?(?:token|jwt)"\s{0,3}:\s{0,3}"[^"\s]{16}'
    r'|"session(?:_?(?:id|token))?"\s{0,3}:\s{0,3}(?:"[^"\s]{8}|\{\s{0,20}")'
    r'|"(?:authenticated|logged_?in)"\s{0,3}:\s{0,3}true',
    re.IGNORECASE,
)


def _skipped_factor(view: View) -> Iterator[Match]:
    if not view.is_json or not 200 <= view.status < 300:
        return
    lower = view.lower_body
    if "skip" not in lower and "bypass" not in lower:
        return
    if not any(word in lower for word in _WORDS):
        return
    if _TRUSTED.search(view.body[:8000]) or not _has_session(view):
        return
    for under, record in records(view)[:20]:
        if found := _skip(view, under, record):
            asked = next((i for i in view.inputs if _SKIPPED.search(plain(i.name))), None)
            more = input_evidence(view, asked) if asked else view.whole(URL)
            yield Match(evidence=(found, more), kind="factor-skipped", proof=85 if asked else 75)
            return


def _has_session(view: View) -> bool:
    return any(True for _ in issued_sessions(view)) or _SESSION.search(view.body[:8000]) is not None


def _skip(view: View, under: str, record: Record) -> Evidence | None:
    """Where a record says of the second factor that it was skipped."""
    about = _FACTOR.search(plain(under)) is not None or _FACTOR.search(plain(view.url.path))
    for name, value in record.items():
        named = _SKIPPED.search(plain(name)) and (about or _FACTOR.search(plain(name)))
        told = isinstance(value, str) and _SKIPPED.match(value.lower())
        if (named and value is True) or (told and _FACTOR.search(plain(name))):
            return member(view, name, value)
    return None


FACTOR_SKIPPED = Rule(
    id="second-factor-skipped",
    type=FindingType.AUTHENTICATION,
    severity=Severity.CRITICAL,
    title="Session begins although the second factor was skipped",
    description="The answer says that the code was skipped or bypassed and starts a session all "
    "the same, so the password alone is enough.",
    remediation="Decide on the server: issue the full session only after the code was checked "
    "there, and ignore fields such as `skip` from clients.",
    fixes={
        Stack.DJANGO: "`@otp_required` on every view behind it.",
        Stack.SPRING: "an authority of its own, `hasAuthority('MFA')`, granted after the check.",
        Stack.LARAVEL: "the middleware of Fortify's two-factor challenge before `auth` pages.",
        Stack.RAILS: "`devise-two-factor`, and no session before `validate_and_consume_otp!`.",
        Stack.ASP_NET: "`SignInManager.TwoFactorSignInAsync`, which alone signs in.",
        Stack.EXPRESS: "`if (!req.session.mfaVerified) return res.sendStatus(401)`.",
    },
    cwe=304,
    owasp=("A07:2021", "API2:2023"),
    references=(
        "OWASP Multifactor Authentication Cheat Sheet",
        "OWASP Web Security Testing Guide, WSTG-ATHN-11",
    ),
    silent="Trusted devices, people without a second factor, enrolment that may wait, and a first "
    "step that only says that a code is needed stay silent.",
    check=_skipped_factor,
)
