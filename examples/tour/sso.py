"""Through two log-in services: one of the old kind, and one as it is done now."""

from urllib.parse import urlencode

from examples.shop.sso import SECRET
from examples.tour.tape import Tape, form

WEAK, SAFE = "https://sso.example", "https://safe-sso.example"
_BACK = "https://portal.example/callback"
_PROOF = {
    "code_challenge": "K2-ltc83acc4h0c9w6ESC_rEMTJ3bww-uCHaoeK1t8U",
    "code_challenge_method": "S256",
}
_STATE, _NONCE = "hT4nQ0sVz7LmC2xYd9Rk", "n-Wq83JbtE0pZfA6sU1yGo"
_CODE = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"
_BASIC = "Basic d2ViLXBvcnRhbDpuNFhmLVEyc1ZrOUxtQzd4WWQwUmtUdzhCaA=="


def record(tape: Tape) -> None:
    _old_ways(tape)
    _new_ways(tape)


def _ask(host: str, **changes: str) -> str:
    """A request for a code, with all that belongs to it unless it is changed to nothing."""
    usual = {
        "response_type": "code",
        "client_id": "web-portal",
        "redirect_uri": _BACK,
        "scope": "openid profile",
        "state": _STATE,
        "nonce": _NONCE,
        **_PROOF,
    }
    asked = {name: value for name, value in (usual | changes).items() if value}
    return f"GET {host}/authorize?{urlencode(asked)}"


def _old_ways(tape: Tape) -> None:
    visit = tape.visit
    no_proof = dict.fromkeys(_PROOF, "")
    visit(
        _ask(WEAK, response_type="token", scope="profile", nonce="", **no_proof),
        "authentication",
        "likely:info_disclosure",
    )
    visit(_ask(WEAK, state="", nonce="", scope="profile", **no_proof), "csrf", "authentication")
    visit(_ask(WEAK, redirect_uri="http://portal.example/callback"), "authentication")
    visit(
        _ask(WEAK, response_type="id_token", nonce="", **no_proof),
        "authentication",
        "likely:info_disclosure",
    )
    exchange = {"grant_type": "authorization_code", "code": _CODE, "redirect_uri": _BACK}
    visit(
        f"POST {WEAK}/token?client_id=web-portal&client_secret={SECRET}",
        "info_disclosure",
        send=form(**exchange, code_verifier="aZ3kP9vX1cQ7mB5nL2sD8fG4hJ6rT0yU"),
    )
    grant = {"grant_type": "password", "client_id": "web-portal", "scope": "profile"}
    send = form(**grant, username="anna", password="open-sesame-42")
    visit(f"POST {WEAK}/token", "authentication", send=send)
    visit(f"GET {WEAK}/.well-known/openid-configuration", "security_misconfiguration")
    visit(f"GET {WEAK}/portal/app.js", "info_disclosure")


def _new_ways(tape: Tape) -> None:
    visit = tape.visit
    visit(_ask(SAFE))
    visit(_ask(SAFE, redirect_uri="http://127.0.0.1:51004/callback", client_id="desktop"))
    exchange = {"grant_type": "authorization_code", "code": _CODE, "redirect_uri": _BACK}
    verifier = "aZ3kP9vX1cQ7mB5nL2sD8fG4hJ6rT0yUeW1oK7bN"
    send = form(**exchange, client_id="web-portal", code_verifier=verifier)
    visit(f"POST {SAFE}/token", send=send, origin="https://portal.example")
    device = form(
        grant_type="urn:ietf:params:oauth:grant-type:device_code",
        device_code="GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
        client_id="television",
    )
    visit(f"POST {SAFE}/token", send=device)
    send = form(grant_type="client_credentials", scope="orders:read")
    visit(f"POST {SAFE}/token", send=send, authorization=_BASIC)
    send = form(token="8xLOxBtZp8pYcNv2", token_type_hint="refresh_token")
    visit(f"POST {SAFE}/revoke", send=send, authorization=_BASIC)
    visit(f"GET {SAFE}/.well-known/openid-configuration")
    visit(f"GET {SAFE}/portal/app.js")
