"""Codes and links that were to reach somebody by mail or text, handed to whoever asked."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.access import ADMIN
from reqsift.domain.rules.answers import member, plain, records, strings
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import has_credentials, input_evidence, is_password_name
from reqsift.domain.stacks import Stack
from reqsift.domain.view import URL, View

_ASKS = re.compile(
    r"otp|forgot|reset|recover|passwor|passwd|magic|verif|2fa|mfa|two-?factor|one-?time|resend"
    r"|send-?(?:code|sms|pin)|login-?(?:link|code)|passwordless|vergessen|oubli|olvid|challenge",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"forgot|reset|recover|vergessen|oubli|olvid", re.IGNORECASE)
_CONTACT = re.compile(
    r"e?-?_?mail|phone|mobile|msisdn|(?:^|_)tel(?:efon|_|$)|telefono|handy|user_?name|^user$|^login$"
    r"|identifier|correo|courriel|^account$|^to$|recipient",
    re.IGNORECASE,
)
_PROVES = re.compile(r"otp|code|pin$|token|ticket|proof|answer", re.IGNORECASE)
_CODE_NAMES = frozenset(
    [
        "otp",
        "otpcode",
        "code",
        "smscode",
        "verificationcode",
        "verifycode",
        "pin",
        "pincode",
        "onetimecode",
        "onetimepassword",
        "onetimepin",
        "passcode",
        "resetcode",
        "recoverycode",
        "logincode",
        "confirmationcode",
        "activationcode",
        "debugotp",
        "debugcode",
        "devcode",
        "devotp",
        "testcode",
        "testotp",
        "totp",
        "authcode",
        "tan",
    ]
)
_LINK_NAMES = frozenset(
    [
        "reseturl",
        "resetlink",
        "resetpasswordurl",
        "resetpasswordlink",
        "passwordreseturl",
        "passwordresetlink",
        "recoveryurl",
        "recoverylink",
        "magiclink",
        "magicurl",
        "loginlink",
        "loginurl",
        "verificationurl",
        "verificationlink",
        "activationlink",
        "link",
        "url",
        "reseturi",
    ]
)
_TOKEN_NAMES = frozenset(
    [
        "resettoken",
        "passwordresettoken",
        "resetpasswordtoken",
        "recoverytoken",
        "resetkey",
        "magictoken",
        "forgottoken",
        "forgotpasswordtoken",
    ]
)
_CODE = re.compile(r"[0-9]{4,8}|[A-Z0-9]{6}|[0-9]{3}[ -][0-9]{3}")
_SECRET_LINK = re.compile(
    r"(?:https?:/)?/[^\s\"]{1,300}?(?:[?&/](?:token|code|key|t|reset|otp|h|sig)[=/])?[\w.~-]{20,}"
)
_TOKEN = re.compile(r"[\w.~+/=-]{16,400}")
_WORDS = ("otp", "code", "pin", "token", "link", "url", "reset", "tan")


def _handed_back(view: View) -> Iterator[Match]:
    if not view.is_json or not 200 <= view.status < 300 or not _ASKS.search(view.url.path):
        return
    if not any(word in view.lower_body for word in _WORDS) or ADMIN.search(view.url.path):
        return
    contact = next((i for i in view.inputs if _CONTACT.search(i.name) and i.value), None)
    if contact is None or any(_proves(given.name) for given in view.inputs):
        return
    for name, value in _members(view):
        kind = _kind(plain(name), value)
        evidence = member(view, name, value) if kind else None
        if evidence:
            yield Match(
                evidence=(evidence, input_evidence(view, contact), view.whole(URL)),
                kind=kind,
                field=name,
                proof=62 if has_credentials(view) else 85,
            )
            return


def _proves(name: str) -> bool:
    """Whether a field of that name shows that its sender already holds a secret."""
    forgery = "csrf" in name.lower() or name.startswith("_")
    return is_password_name(name) or (not forgery and _PROVES.search(name) is not None)


def _members(view: View) -> Iterator[tuple[str, str]]:
    for under, record in records(view)[:20]:
        if "link" not in under.lower() and "error" not in under.lower():
            yield from strings(record)


def _kind(name: str, value: str) -> str:
    """What a member hands out, if anything."""
    if name in _CODE_NAMES:
        sure = name != "code" or (len(value) == 6 and value.isdigit())
        return "code" if sure and _CODE.fullmatch(value) and len(set(value)) > 1 else ""
    if name in _LINK_NAMES:
        sure = name not in {"link", "url"} or _BEGINS.search(value) is not None
        return "link" if sure and _SECRET_LINK.match(value) else ""
    return "token" if name in _TOKEN_NAMES and _TOKEN.fullmatch(value) else ""


CODE_HANDED_BACK = Rule(
    id="recovery-secret-handed-back",
    type=FindingType.AUTHENTICATION,
    severity=Severity.CRITICAL,
    title="Answer holds the code or link that was to be sent to the owner",
    description="Whoever names somebody's address gets the one-time code or reset link in the "
    "answer, so no access to the mailbox or phone is needed to take the account over.",
    remediation='Send it by mail or text only, and answer alike for every address: `{"status": '
    '"If the address is known, a message is on its way"}`.',
    fixes={
        Stack.DJANGO: "`PasswordResetForm.save(request=request)`, whose token goes to the mail.",
        Stack.LARAVEL: "`Password::sendResetLink($request->only('email'))`, and only its status.",
        Stack.RAILS: "`UserMailer.reset(user).deliver_later` and `head :accepted`.",
        Stack.SPRING: "`ResponseEntity.accepted().build()` after the mail was queued.",
        Stack.EXPRESS: "`res.status(202).end()` after `mailer.send(...)`.",
        Stack.ASP_NET: "`await email.SendPasswordResetLinkAsync(...); return Accepted();`.",
    },
    cwe=640,
    owasp=("A07:2021", "API2:2023"),
    references=(
        "OWASP Forgot Password Cheat Sheet",
        "OWASP Web Security Testing Guide, WSTG-ATHN-09",
    ),
    silent="Answers to somebody who already sent a code or password, ids of a challenge, codes of "
    "errors and links that an administrator makes stay silent.",
    check=_handed_back,
)
