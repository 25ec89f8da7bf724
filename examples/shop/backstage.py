"""What belongs behind a door: GraphQL, consoles, old versions, plans, keys; and the twins."""

import json
import string
import zlib
from hashlib import sha256

from examples.shop.catalogue import safe_page
from examples.shop.store import Shop, pem
from examples.shop.web import (
    Answer,
    Asked,
    Handler,
    Route,
    data,
    page,
    problem,
    redirect,
    table,
    text,
)

_JS = "text/javascript; charset=utf-8"

# --- GraphQL -----------------------------------------------------------------------------------

_KINDS = ("Query", "Mutation", "User", "Session", "Invoice", "AuditLog")
_SCHEMA = {
    "__schema": {
        "queryType": {"name": "Query"},
        "mutationType": {"name": "Mutation"},
        "types": [{"kind": "OBJECT", "name": name, "fields": [{"name": "id"}]} for name in _KINDS],
    }
}
_WRONG = {
    "message": "Wrong user name or password",
    "path": ["login"],
    "extensions": {"code": "401"},
}
_VERBOSE = {
    "message": "Cannot destructure property 'rate' of 'undefined'",
    "locations": [{"line": 1, "column": 3}],
    "path": ["invoice", "total"],
    "extensions": {
        "code": "INTERNAL_SERVER_ERROR",
        "exception": {
            "stacktrace": [
                "TypeError: Cannot destructure property 'rate' of 'undefined' as it is undefined.",
                "    at Invoice.total (/app/dist/resolvers/invoice.js:48:13)",
                "    at field.resolve (/app/node_modules/apollo-server-core/dist/schema.js:18:20)",
            ]
        },
    },
}
_GRAPHIQL = page(
    "GraphiQL",
    '<div id="graphiql">Loading...</div><script src="/static/graphiql.min.js"></script><script>'
    "ReactDOM.createRoot(document.getElementById('graphiql')).render(React.createElement(GraphiQL, "
    "{ fetcher: GraphiQL.createFetcher({ url: '/graphql' }) }));</script>",
)
_PRODUCT = {"product": {"id": "7c1f", "name": "Wool socks"}}


def graphql(*, careful: bool) -> Handler:
    def answer(_shop: Shop, asked: Asked) -> Answer:
        batch = asked.body.startswith(b"[")
        query = asked.arg("query") or str(asked.data().get("query"))
        if careful:
            return _refused(asked, query, batch=batch) or data({"data": _PRODUCT})
        if batch:
            count = len(json.loads(asked.body))
            return data([{"data": {"login": None}, "errors": [_WRONG]}] * count)
        if "invoice" in query:
            return data({"errors": [_VERBOSE], "data": None})
        known = {"mutation": {"closeAccount": {"ok": True}}, "__schema": _SCHEMA}
        return data({"data": next((v for k, v in known.items() if k in query), _PRODUCT)})

    return answer


def _refused(asked: Asked, query: str, *, batch: bool) -> Answer | None:
    """What the careful one says to all but a plain question."""
    if batch:
        return _refusal("Batches are not supported")
    if asked.method == "GET" and "mutation" in query:
        return _refusal("Mutations need POST", ("Allow", "POST"), status=405)
    if "__schema" in query:
        return _refusal("Introspection is off")
    if "invoice" in query:
        return data({"errors": [{"message": "Internal server error"}], "data": None})
    return None


def _refusal(message: str, *headers: tuple[str, str], status: int = 400) -> Answer:
    return data({"errors": [{"message": message}]}, *headers, status=status)


# --- versions, plans and parcels ---------------------------------------------------------------

_OPENAPI = {
    "openapi": "3.0.3",
    "info": {"title": "Depot back office (internal)", "version": "1.14.2"},
    "servers": [{"url": "https://depot.example/internal"}],
    "paths": {
        "/users/{id}/impersonate": {"post": {"summary": "Act as a customer"}},
        "/refunds": {"post": {"summary": "Refund without approval"}},
    },
}
_SWAGGER = (
    '<div id="swagger-ui"></div><script src="/static/swagger-ui-bundle.js"></script><script>'
    'window.ui = SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui" });</script>'
)
PARCELS = ("b0d1f6c2-3e58-4a97-8c40-5f2a9e7d1b63", "4ae87f15-90c3-4d2b-b6e1-27c8d05f9a34")


def parcel(_shop: Shop, asked: Asked) -> Answer:
    person = {"name": "Anna Berg", "street": "4 Mill Lane, 10115 Berlin", "phone": "+49 30 5550134"}
    return data({"id": asked.parts["id"], "recipient": person, "state": "on its way"})


def old_version(*, careful: bool) -> Answer:
    if careful:
        return problem(
            410, "Version 1 has ended, use /v2", ("Link", "</v2>; rel=successor-version")
        )
    ended = (("Deprecation", "@1719792000"), ("Sunset", "Wed, 31 Dec 2025 23:59:59 GMT"))
    return data({"open": 3}, *ended, ("Link", "</v2>; rel=successor-version"))


# --- scripts and keys --------------------------------------------------------------------------

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase


def checked_token(prefix: str, seed: str) -> str:
    """A token that ends, as the real ones do, with a check sum of the rest; nobody issued it."""
    drawn = "".join(_DIGITS[byte % 62] for byte in sha256(seed.encode()).digest()[:30])
    number, end = zlib.crc32(drawn.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        end = _DIGITS[digit] + end
    return prefix + drawn + end.rjust(6, "0")


GIT_TOKEN = checked_token("gh" + "p_", "the demo's repository")
PACKAGE_TOKEN = checked_token("np" + "m_", "the demo's packages")
_ACCOUNT = {
    "type": "service_account",
    "project_id": "depot-reports",
    "private_key_id": sha256(b"depot").hexdigest()[:40],
    "private_key": pem("RSA").replace("RSA ", ""),
    "client_email": "reports@depot-reports.iam.gserviceaccount.com",
    "client_id": "104857600123456789012",
    "token_uri": "https://oauth2.googleapis.com/token",
}
_PUBLIC = {
    "type": "service_account",
    "project_id": "depot-reports",
    "client_email": "reports@depot-reports.iam.gserviceaccount.com",
    "public_key": "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END "
    "PUBLIC KEY-----\n",
}
_BUNDLE = '!function(){"use strict";var e=document.querySelector("#app");e&&(e.hidden=!1)}();\n'
_MAP = {
    "version": 3,
    "file": "app.4c1d.js",
    "sources": ["webpack://depot/src/main.ts", "webpack://depot/src/admin/refund.ts"],
    "sourcesContent": [
        "const app = document.querySelector('#app');\nif (app) app.hidden = false;\n",
        "// only for staff, not checked yet\nexport const REFUND = '/internal/refunds';\n",
    ],
    "names": [],
    "mappings": "CAAC,WACG,aACA",
}
_COMMENT = "<!-- staging: user deploy, password Kestrel-Nest-19, ask Ben before the launch -->"


def _page(title: str, body: str) -> Handler:
    return lambda shop, _: safe_page(shop, title, f"<h1>{title}</h1>{body}")


def _own_page(title: str, body: str) -> Answer:
    """A page that needs its own inline script, by a policy that allows no other."""
    digest = "'sha256-Q2xrS9Zf8mJ6t0bWcVnYp3uLh1eGd7aRk5oXi4TqDsE='"
    csp = (
        f"default-src 'self'; script-src 'self' {digest}; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )
    return page(title, body, ("Content-Security-Policy", csp))


def graph_site(*, careful: bool) -> dict[str, Route]:
    return {
        "POST /graphql": graphql(careful=careful),
        "GET /graphql": graphql(careful=careful),
        "GET /graphiql": problem(404, "Not found") if careful else _GRAPHIQL,
    }


def depot_site(*, careful: bool) -> dict[str, Route]:
    shut = problem(401, "Log in first", ("WWW-Authenticate", 'Bearer realm="depot"'))
    token = "ghp_" + "x" * 36 if careful else GIT_TOKEN
    settings = f'const settings = {{ repository: "depot/app", token: "{token}" }};\n'
    packages = "${PACKAGES_TOKEN}" if careful else PACKAGE_TOKEN
    link = "" if careful else "//# sourceMappingURL=app.4c1d.js.map\n"
    return {
        "GET /": _page("Depot", "<!-- header -->" if careful else _COMMENT),
        "GET /v1/parcels": old_version(careful=careful),
        "GET /v2/parcels": data({"open": 3}),
        "GET /v2/parcels/{id}": parcel,
        "GET /openapi.json": shut if careful else data(_OPENAPI),
        "GET /swagger-ui/": shut if careful else _own_page("Swagger UI", _SWAGGER),
        "GET /static/app.4c1d.js": text(_BUNDLE + link, kind=_JS),
        "GET /static/app.4c1d.js.map": problem(404, "Not found") if careful else data(_MAP),
        "GET /static/settings.js": text(settings, kind=_JS),
        "GET /static/npmrc.txt": text(f"//packages.corp.example/:_authToken={packages}\n"),
        "GET /static/reports-account.json": data(_PUBLIC if careful else _ACCOUNT),
        "GET /static/pay.js": text(
            'const pay = { publishableKey: "pk_' + 'live_51Hq2fKbVtRzXw8LmN3pYdCsJ" };\n', kind=_JS
        ),
    }


# --- consoles ----------------------------------------------------------------------------------

_PMA = page(
    "phpMyAdmin",
    '<div class="container"><a href="./url.php" target="_blank"><img src="./themes/pmahomme/img/'
    'logo_right.png" alt="phpMyAdmin"></a><h1>Welcome to <bdo dir="ltr" lang="en">phpMyAdmin</bdo>'
    '</h1><form method="post" action="index.php?route=/" name="login_form"><input type="hidden" '
    'name="token" value="4f6a2b7c3d4e5f60"><input type="text" name="pma_username"><input '
    'type="password" name="pma_password"><input type="submit" value="Go"></form></div>',
)
_JENKINS = page(
    "Dashboard [Jenkins]",
    '<a href="/view/all/newJob">New Item</a> <a href="/asynchPeople/">People</a> <a href="/manage">'
    "Manage Jenkins</a> <a href='/script'>Script Console</a>\n"
    + table(("Name", "Last Success"), [("deploy-production", "2 hr - #418"), ("nightly", "9 hr")])
    + "<p>Jenkins 2.319.1</p>",
    ("X-Jenkins", "2.319.1"),
    ("X-Hudson", "1.395"),
)
_KIBANA = page(
    "Elastic",
    '<kbn-injected-metadata data="{&quot;version&quot;:&quot;7.10.2&quot;,&quot;buildNumber&quot;:'
    "36136,&quot;anonymousStatusPage&quot;:true}\"></kbn-injected-metadata><div id='kibana-body'>"
    "</div>",
    ("kbn-name", "logs01"),
    ("kbn-license-sig", "93a1f4"),
)
_BUCKET = text(
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/'
    '2006-03-01/"><Name>shop-exports</Name><Prefix></Prefix><MaxKeys>1000</MaxKeys><IsTruncated>'
    "false</IsTruncated><Contents><Key>customers/2026-02.csv</Key><Size>48211</Size></Contents>"
    "<Contents><Key>backup/shop-2026-02-27.sql.gz</Key><Size>9120441</Size></Contents>"
    "</ListBucketResult>\n",
    kind="application/xml",
)
_DENIED = text(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied'
    "</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>\n",
    kind="application/xml",
    status=403,
)
_ACTUATOR_KIND = "application/vnd.spring-boot.actuator.v3+json"
_LINKS = ("self", "beans", "env", "heapdump", "threaddump", "loggers", "mappings", "shutdown")
_ACTUATOR = data(
    {"_links": {n: {"href": f"https://app.shop.example/actuator/{n}"} for n in _LINKS}},
    kind=_ACTUATOR_KIND,
)
_HEALTH = data({"status": "UP"}, kind=_ACTUATOR_KIND)

TOOLS: dict[str, dict[str, Route]] = {
    "db.shop.example": {"GET /phpmyadmin/": _PMA},
    "ci.shop.example": {"GET /": _JENKINS},
    "logs.shop.example": {"GET /app/home": _KIBANA},
    "files.shop.example": {"GET /": _BUCKET},
    "app.shop.example": {"GET /actuator": _ACTUATOR, "GET /actuator/health": _HEALTH},
}
SAFE_TOOLS: dict[str, dict[str, Route]] = {
    "safe-db.example": {"GET /phpmyadmin/": problem(404, "Not found")},
    "safe-ci.example": {"GET /": redirect("https://id.example/authorize?client_id=ci&state=p9Xv2")},
    "safe-logs.example": {"GET /app/home": redirect("/login?next=%2Fapp%2Fhome")},
    "safe-files.example": {"GET /": _DENIED},
    "safe-app.example": {
        "GET /actuator": problem(404, "Not found"),
        "GET /actuator/health": _HEALTH,
    },
}
