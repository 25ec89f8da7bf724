"""Log-ins by OAuth 2.0 and OpenID Connect, and their proper twins."""

from urllib.parse import urlencode

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import Cases, Headers, Table, data, page, sent_json

IDP = "https://login.idp.example/oauth2/authorize"
KEYCLOAK = "https://sso.shop.example/realms/shop/protocol/openid-connect"
TOKEN = "https://login.idp.example/oauth2/token"
CALLBACK = "https://shop.example/callback"
STATE = "af0ifjsldkj93KdkQ"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
SECRET = "Zq8vN2kT7wXc4Lr9Hd1B"
BROWSER = {"Origin": "https://shop.example", "Sec-Fetch-Mode": "cors"}
DENIED = f"{CALLBACK}?error=access_denied&state={STATE}"
GRANTED = {"access_token": "8f2b1c7de04a", "token_type": "Bearer", "expires_in": 900}


def ask(base: str = IDP, status: int = 302, location: str = "/login", **given: str) -> Exchange:
    """An authorization request; an empty value leaves a parameter out."""
    usual = {
        "response_type": "code",
        "client_id": "shop-web",
        "redirect_uri": CALLBACK,
        "scope": "openid profile",
        "state": STATE,
    }
    query = urlencode({name: value for name, value in (usual | given).items() if value})
    got = {"Location": location} if status in {302, 303} else {}
    return page(url=f"{base}?{query}", status=status, got=got)


def fetch(grant: Headers, sent: Headers | None = None, error: str = "", **given: str) -> Exchange:
    """A call of the token endpoint."""
    answer: object = {"error": error} if error else GRANTED
    status = 400 if error else 200
    return data(answer, TOKEN, form=urlencode({**grant, **given}), sent=sent, status=status)


def back(location: str) -> Exchange:
    return page(url=f"{IDP}/consent", form="accept=1", status=302, got={"Location": location})


def offer(path: str = ".well-known/openid-configuration", **given: object) -> Exchange:
    """The configuration document of a server."""
    usual = {
        "issuer": "https://login.idp.example",
        "authorization_endpoint": IDP,
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "code_challenge_methods_supported": ["S256"],
    }
    return data(usual | given, f"https://login.idp.example/{path}")


BY_CODE = {"grant_type": "authorization_code", "code": "SplxlOBeZQQYbYS6WxSbIA"}
BY_PASSWORD = {"grant_type": "password", "username": "anna", "password": "wool-7"}

TABLE: Table = {
    "oauth-implicit-flow": Cases(
        noticed=(
            ask(response_type="token"),
            ask(f"{KEYCLOAK}/auth", 200, response_type="id_token token", nonce="n-0S6"),
            ask(response_type="code token"),
            back(f"{CALLBACK}#access_token=2YotnFZFEjr1zCsicMWpAA&token_type=bearer&state=x"),
        ),
        silent=(
            ask(),
            ask(response_type="id_token", nonce="n-0S6", response_mode="form_post"),
            ask(response_type="token", location=f"{CALLBACK}#error=unsupported_response_type"),
            ask(status=400, response_type="token"),
            back(f"{CALLBACK}?code=SplxlOBeZQQYbYS6WxSbIA&state={STATE}"),
            page(url="https://shop.example/docs/oauth?response_type=token"),
        ),
    ),
    "oauth-missing-state": Cases(
        noticed=(
            ask(state=""),
            ask("https://accounts.google.com/o/oauth2/v2/auth", state=""),
            ask("https://github.com/login/oauth/authorize", state="", scope="user:email"),
            ask(f"{KEYCLOAK}/auth", 200, state="", response_mode="query"),
        ),
        silent=(
            ask(),
            ask(state="", code_challenge=CHALLENGE, code_challenge_method="S256"),
            ask(state="", nonce="n-0S6_WzA2Mj"),
            ask(state="", location=f"{CALLBACK}?error=invalid_request"),
            ask(state="", request_uri="urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc"),
            ask(state="", client_id=""),
            page(url=f"{CALLBACK}?code=SplxlOBeZQQYbYS6WxSbIA", status=302),
            page(url=DENIED),
        ),
    ),
    "oauth-missing-pkce": Cases(
        noticed=(
            ask(redirect_uri="com.example.shop:/oauth2redirect"),
            ask(redirect_uri="http://127.0.0.1:51004/"),
            ask(response_mode="fragment", nonce="n-0S6"),
            ask(code_challenge=CHALLENGE, code_challenge_method="plain"),
            ask(redirect_uri="urn:ietf:wg:oauth:2.0:oob"),
            ask(state="", scope="profile"),
        ),
        silent=(
            ask(),
            ask(redirect_uri="http://localhost:3000/api/auth/callback/github"),
            ask(state="", nonce="n-0S6_WzA2Mj"),
            ask(redirect_uri="myshop://cb", code_challenge=CHALLENGE, code_challenge_method="S256"),
            ask(redirect_uri="myshop://cb", location="myshop://cb?error=invalid_request"),
            ask(response_type="id_token", response_mode="fragment", nonce="n-0S6"),
            page(url=f"http://127.0.0.1:51004/?code=SplxlOBeZQQY&state={STATE}"),
        ),
    ),
    "oauth-insecure-redirect-uri": Cases(
        noticed=(
            ask(redirect_uri="http://shop.example/callback"),
            ask(redirect_uri="http://www.shop.example:8080/login/oauth2/code/google"),
            ask(response_type="token", redirect_uri="http://203.0.113.7/cb"),
            ask(redirect_uri="http://intranet/signin-oidc", scope="openid"),
        ),
        silent=(
            ask(),
            ask(redirect_uri="http://127.0.0.1:51004/"),
            ask(redirect_uri="http://localhost:8080/callback"),
            ask(redirect_uri="http://[::1]:61023/"),
            ask(redirect_uri="myshop://callback"),
            ask(redirect_uri="http://shop.example/callback", status=400),
        ),
    ),
    "oidc-missing-nonce": Cases(
        noticed=(
            ask(response_type="id_token"),
            ask(response_type="id_token token"),
            ask(f"{KEYCLOAK}/auth", 200, response_type="code id_token"),
            ask(response_type="id_token", response_mode="form_post", nonce=" "),
        ),
        silent=(
            ask(),
            ask(response_type="id_token", nonce="n-0S6_WzA2Mj"),
            ask(response_type="code id_token", nonce="n-0S6", response_mode="form_post"),
            ask(response_type="token"),
            ask(response_type="id_token", location=f"{CALLBACK}#error=invalid_request"),
        ),
    ),
    "oauth-client-secret-exposed": Cases(
        noticed=(
            fetch(BY_CODE, BROWSER, client_id="shop-web", client_secret=SECRET),
            data(GRANTED, TOKEN, sent=BROWSER, **sent_json({**BY_CODE, "client_secret": SECRET})),
            data(GRANTED, f"{TOKEN}?grant_type=client_credentials&client_secret={SECRET}"),
            data([], f"https://api.idp.example/v2/venues?client_id=AB12&client_secret={SECRET}"),
        ),
        silent=(
            fetch(BY_CODE, client_id="shop-web", client_secret=SECRET),
            fetch(BY_CODE, BROWSER, client_id="shop-web", code_verifier=STATE),
            fetch(BY_CODE, BROWSER, client_id="shop-web", client_secret=""),
            data(GRANTED, f"{TOKEN}?client_secret=******"),
            page(
                url="https://admin.shop.example/integrations/7",
                form=f"name=Login&client_id=AB12&client_secret={SECRET}&csrf_token=f00",
                sent=BROWSER,
            ),
        ),
    ),
    "oauth-password-grant": Cases(
        noticed=(
            fetch(BY_PASSWORD, client_id="shop-app"),
            fetch(BY_PASSWORD, BROWSER, scope="openid offline_access"),
            fetch(BY_PASSWORD, error="invalid_grant"),
            data(GRANTED, TOKEN, **sent_json({**BY_PASSWORD, "client_id": "shop-app"})),
            fetch(
                {**BY_PASSWORD, "grant_type": "http://auth0.com/oauth/grant-type/password-realm"}
            ),
        ),
        silent=(
            fetch(BY_CODE),
            fetch({"grant_type": "client_credentials"}, client_id="shop-web", client_secret=SECRET),
            fetch(BY_PASSWORD, error="unsupported_grant_type"),
            fetch(BY_PASSWORD, error="invalid_client"),
            fetch({"grant_type": "refresh_token"}, refresh_token="8f2b1c7de04a"),
            page(url="https://shop.example/login", form="username=anna&password=wool-7"),
        ),
    ),
    "openid-weak-configuration": Cases(
        noticed=(
            offer(id_token_signing_alg_values_supported=["RS256", "none"]),
            offer(response_types_supported=["code", "id_token", "token id_token"]),
            offer(grant_types_supported=["authorization_code", "password"]),
            offer(
                ".well-known/oauth-authorization-server", code_challenge_methods_supported=["plain"]
            ),
        ),
        silent=(
            offer(),
            offer(code_challenge_methods_supported=["plain", "S256"]),
            offer(request_object_signing_alg_values_supported=["none", "RS256"]),
            offer(code_challenge_methods_supported=[]),
            offer(response_types_supported=["code", "id_token", "code id_token"]),
            data(
                {"issuer": "https://accounts.google.com", "response_types_supported": ["token"]},
                "https://accounts.google.com/.well-known/openid-configuration",
            ),
            offer("docs/openid", grant_types_supported=["password"]),
            data({"error": "not found"}, "https://shop.example/.well-known/openid-configuration"),
        ),
    ),
}
