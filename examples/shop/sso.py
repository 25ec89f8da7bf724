"""Logging in by OAuth 2.0 and OpenID Connect: what was usual in 2012, and what is now."""

from collections.abc import Mapping
from urllib.parse import urlencode

from examples.shop.store import NOW, Shop, good_claims, jwt
from examples.shop.web import Answer, Asked, Route, data, problem, redirect, text

SECRET = "Zk3" + "vT8qLw0pYx7RnB2dHs6Jm"
_NO_STORE = ("Cache-Control", "no-store")


def authorize(_shop: Shop, asked: Asked) -> Answer:
    """Answers as asked: a code in the query, or a token in the fragment."""
    back = asked.arg("redirect_uri")
    state = {"state": asked.arg("state")} if asked.arg("state") else {}
    if asked.arg("response_type") == "code":
        code = {"code": "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"}
        return redirect(f"{back}?{urlencode(code | state)}")
    claims = good_claims("anna") | {"iat": NOW + 600, "exp": NOW + 1500}
    word = "id_token" if asked.arg("response_type") == "id_token" else "access_token"
    return redirect(f"{back}#{urlencode({word: jwt(claims), 'expires_in': '900'} | state)}")


def token(_shop: Shop, asked: Asked) -> Answer:
    if asked.field("grant_type") == "urn:ietf:params:oauth:grant-type:device_code":
        return data({"error": "authorization_pending"}, _NO_STORE, status=400)
    claims = good_claims("anna") | {"iat": NOW + 600, "exp": NOW + 1500}
    answer = {"access_token": jwt(claims), "token_type": "Bearer", "expires_in": 900}
    return data(answer, _NO_STORE, ("Pragma", "no-cache"))


def revoke(_shop: Shop, asked: Asked) -> Answer:
    known = asked.header("authorization").startswith("Basic ")
    return Answer(status=200) if known else problem(401, "Which client is this?")


def _discovery(issuer: str, **more: object) -> Mapping[str, object]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "revocation_endpoint": f"{issuer}/revoke",
        "jwks_uri": f"{issuer}/jwks.json",
        "scopes_supported": ["openid", "profile", "email"],
        "subject_types_supported": ["pairwise"],
        **more,
    }


DISCOVERY_WEAK = data(
    _discovery(
        "https://sso.example",
        response_types_supported=["code", "token", "id_token", "id_token token"],
        grant_types_supported=["authorization_code", "implicit", "password"],
        id_token_signing_alg_values_supported=["RS256", "HS256", "none"],
        token_endpoint_auth_methods_supported=["client_secret_post", "none"],
        code_challenge_methods_supported=["plain"],
    )
)
DISCOVERY_SAFE = data(
    _discovery(
        "https://safe-sso.example",
        response_types_supported=["code"],
        grant_types_supported=["authorization_code", "refresh_token", "client_credentials"],
        id_token_signing_alg_values_supported=["ES256", "RS256"],
        token_endpoint_auth_methods_supported=["private_key_jwt", "client_secret_basic"],
        code_challenge_methods_supported=["S256"],
        authorization_response_iss_parameter_supported=True,
    )
)
APP_WEAK = text(
    'export const oidc={authority:"https://sso.example",client_id:"web-portal",'
    f'client_secret:"{SECRET}",redirect_uri:"https://portal.example/callback",scope:"openid"}};\n',
    kind="text/javascript; charset=utf-8",
)
APP_SAFE = text(
    'export const oidc={authority:"https://safe-sso.example",client_id:"web-portal",'
    'response_type:"code",redirect_uri:"https://portal.example/callback",scope:"openid"};\n',
    kind="text/javascript; charset=utf-8",
)

WEAK: dict[str, Route] = {
    "GET /authorize": authorize,
    "POST /token": token,
    "GET /.well-known/openid-configuration": DISCOVERY_WEAK,
    "GET /portal/app.js": APP_WEAK,
}
SAFE: dict[str, Route] = {
    "GET /authorize": authorize,
    "POST /token": token,
    "POST /revoke": revoke,
    "GET /.well-known/openid-configuration": DISCOVERY_SAFE,
    "GET /portal/app.js": APP_SAFE,
}
