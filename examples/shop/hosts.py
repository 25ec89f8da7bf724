"""Every host of the demo as one table of routes; weak hosts first, then their proper twins."""

from base64 import b64encode

from examples.shop import (
    account,
    admin,
    api,
    archive,
    assets,
    backstage,
    bank,
    catalogue,
    clinic,
    club,
    errors,
    failures,
    kiosk,
    legacy,
    lodge,
    market,
    sso,
    town,
)
from examples.shop.assets import LOGO, PIXEL, ROBOTS, SECURITY_TXT, SITEMAP, docs, file
from examples.shop.catalogue import safe_missing, safe_page
from examples.shop.policies import bare, strict, talkative, with_csp
from examples.shop.store import Shop
from examples.shop.web import (
    Answer,
    Asked,
    Host,
    Route,
    data,
    page,
    problem,
    redirect,
    text,
)


def _page(title: str, body: str, status: int = 200) -> Route:
    def show(shop: Shop, _asked: Asked) -> Answer:
        return safe_page(shop, title, body, status=status)

    return show


def _cached(answer: Answer, tag: str) -> Route:
    """An answer that is not sent twice: 304 for the client that has it already."""

    def show(_shop: Shop, asked: Asked) -> Answer:
        if asked.header("if-none-match") == tag:
            return Answer(status=304, headers=(("ETag", tag), assets.YEAR))
        return answer.plus(("ETag", tag))

    return show


# --- weak hosts --------------------------------------------------------------------------------

SHOP: dict[str, Route] = {
    "GET /": page("Shop", '<h1>The shop</h1><form action="/search"><input name="q"></form>'),
    "GET /search": catalogue.search_weak,
    "GET /product": catalogue.product_weak,
    "GET /reviews": catalogue.reviews_weak,
    "GET /missing": catalogue.not_found_weak,
    "GET /login": account.login_form_weak,
    "POST /login": account.login_weak,
    "GET /logout": account.logout_weak,
    "GET /account": account.account_weak,
    "POST /account/email": account.change_weak,
    "POST /account/password": account.change_weak,
    "POST /account/delete": account.change_weak,
    "POST /newsletter": account.change_weak,
    "GET /orders/{id}": account.order_weak,
    "GET /reset": account.reset_weak,
    "GET /go": catalogue.go_weak,
    "GET /gallery": assets.GALLERY_WEAK,
    "GET /checkout": errors.PYTHON_PAGE,
    "GET /debug": errors.DEBUG_PAGE,
    "GET /stats": errors.SQLSTATE_PAGE,
    "GET /static/maps.js": assets.MAPS_JS_WEAK,
    "GET /static/chat.js": assets.CHAT_JS_WEAK,
    "GET /static/logo.png": file("image/png", LOGO),
    "GET /uploads/": admin.listing("/uploads", ("invoice-0142.pdf", "customers.xlsx")),
    **{f"GET {path}": answer for path, answer in admin.LEFTOVERS_WEAK.items()},
}
API: dict[str, Route] = {
    "GET /v1/me": api.me_weak,
    "PATCH /v1/me": api.change_weak,
    "OPTIONS /v1/me": api.preflight_weak,
    "GET /v1/profile": api.profile_weak,
    "GET /v1/contacts": api.contacts_weak,
    "GET /v1/users": api.users_weak,
    "POST /v1/users": api.register_weak,
    "GET /v1/users/{id}": api.user_weak,
    "GET /v1/payments/88": api.payment_weak,
    "GET /v1/orders/{id}": api.order_weak,
    "POST /v1/orders": api.place_weak,
    "GET /v1/products": catalogue.api_search_weak,
    "POST /v1/token": api.token_weak,
    "POST /v1/login": api.login_weak,
    "POST /v1/session/{client}": api.session_weak,
    "GET /v1/files": api.file_weak,
    "GET /v1/fetch": api.fetch_weak,
    "POST /v1/preview": api.fetch_weak,
    "GET /v1/pay": api.pay_link_weak,
    "POST /graphql": api.graphql_weak,
    "GET /v1/config": api.CONFIG_WEAK,
    "GET /v1/keys/deploy": api.KEY_WEAK,
    "GET /v1/internals": api.INTERNALS_WEAK,
    "GET /v1/labels": errors.JAVA_JSON,
    "GET /v1/rates": errors.NODE_TEXT,
    "GET /v1/reports": errors.ORACLE_JSON,
    "GET /v1/vips": errors.POSTGRES_JSON,
}
ADMIN: dict[str, Route] = {
    "GET /users": admin.users_weak,
    "GET /settings": admin.settings_weak,
    "GET /export.csv": admin.export_weak,
    "DELETE /users/{id}": admin.delete_weak,
    "GET /tools/ping": admin.ping_weak,
    "POST /mails/preview": admin.preview_weak,
    "GET /phpinfo.php": admin.PHPINFO_WEAK,
    "GET /actuator/env": admin.ACTUATOR_WEAK,
    "GET /server-status": admin.SERVER_STATUS_WEAK,
    "GET /console": admin.CONSOLE_WEAK,
    "GET /exports/": admin.listing("/exports", ("2026-01.csv", "2026-02.csv", "old/")),
}
LEGACY: dict[str, Route] = {
    "GET /": legacy.HOME,
    "GET /login.php": legacy.LOGIN_FORM,
    "POST /login.php": legacy.login,
    "GET /home.php": legacy.SOCKS,
    "GET /de.php": errors.PHP_PAGE,
    "GET /stats/": legacy.stats,
    "GET /article.php": legacy.article,
    "POST /guestbook.php": legacy.guestbook,
    "POST /import.php": legacy.import_weak,
    "GET /prefs.php": legacy.preferences,
    "GET /checkout.jsp": legacy.java_state,
    "GET /cart.aspx": legacy.ASPX,
    "GET /error.aspx": errors.DOTNET_PAGE,
    "GET /basket;jsessionid={id}": legacy.session_in_url,
    "GET /old/": admin.listing("/old", ("index.php.old", "db/", "notes.txt")),
}
BETA: dict[str, Route] = {
    "GET /": page("Beta", "<h1>The new shop</h1>"),
    "GET /news": page("News", "<h1>News</h1><p>Hats are back.</p>"),
    "POST /login": lambda shop, _: redirect(
        "/", ("Set-Cookie", f"SESSIONID={shop.log_in('anna')}; Path=/; Secure; SameSite=Lax")
    ),
}
WILD: dict[str, Route] = {"GET /": page("Labs", "<h1>Labs</h1>")}

# --- proper hosts ------------------------------------------------------------------------------

SAFE_SHOP: dict[str, Route] = {
    "GET /": _page("Shop", '<h1>The shop</h1><form action="/search"><input name="q"></form>'),
    "GET /search": catalogue.search_safe,
    "GET /product/{id}": catalogue.product_safe,
    "GET /reviews": catalogue.reviews_safe,
    "GET /login": account.login_form_safe,
    "POST /login": account.login_safe,
    "POST /logout": account.logout_safe,
    "GET /account": account.account_safe,
    "POST /account/email": account.change_safe,
    "POST /account/avatar": account.upload_safe,
    "GET /orders": account.orders_safe,
    "GET /cart": account.cart_safe,
    "PUT /cart/1": account.cart_safe,
    "DELETE /cart/1": account.cart_safe,
    "GET /go": catalogue.go_safe,
    "GET /old-socks": redirect("/product/1", status=301),
    "GET /theme": text("ok", ("Set-Cookie", "theme=dark; Path=/; Secure; SameSite=Lax")),
    "GET /callback": redirect("/account"),
    "GET /static/shop.css": _cached(text("body{margin:0}\n", assets.YEAR, kind="text/css"), '"c1"'),
    "GET /static/shop.js": _cached(
        text(assets.APP_JS, assets.YEAR, kind="text/javascript; charset=utf-8"), '"j1"'
    ),
    "GET /robots.txt": ROBOTS,
    "GET /sitemap.xml": SITEMAP,
    "GET /.well-known/security.txt": SECURITY_TXT,
    "GET /favicon.ico": assets.CDN["/favicon.ico"],
    "GET /{page}": safe_missing,
}
SAFE_API: dict[str, Route] = {
    "GET /v1/me": api.me_safe,
    "PATCH /v1/me": api.change_safe,
    "OPTIONS /v1/me": api.preflight_safe,
    "GET /v1/payments/{id}": api.payment_safe,
    "GET /v1/orders": api.orders_safe,
    "POST /v1/orders": api.place_safe,
    "GET /v1/orders/{id}": api.order_safe,
    "DELETE /v1/orders/{id}": Answer(status=204),
    "GET /v1/products": catalogue.api_search_safe,
    "POST /v1/login": api.fast_logins,
    "GET /v1/files": api.file_safe,
    "GET /v1/fetch": api.fetch_safe,
    "POST /v1/import": legacy.import_safe,
    "POST /graphql": api.graphql_safe,
    "GET /v1/labels": errors.QUIET,
    "GET /v1/admin/users": problem(403, "Not allowed"),
    "PUT /v1/stock/1": problem(409, "Somebody else has changed it"),
    "GET /v1/avatar": data({"type": "image/png", "base64": b64encode(LOGO).decode()}),
    "GET /v1/policy": data({"password": {"minLength": 12}, "token_lifetime": 900, "secret": None}),
}
SAFE_ADMIN: dict[str, Route] = {
    "GET /users": admin.users_safe,
    "GET /login": _page("Log in", "<h1>Log in</h1><p>With your security key.</p>"),
    "POST /mails/preview": admin.preview_safe,
    "GET /console": _page("Not found", "<h1>Page not found</h1>", status=404),
}
ID: dict[str, Route] = {
    "GET /authorize": redirect(
        "https://safe-shop.example/callback?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj"
    ),
    "POST /token": api.token_safe,
    "GET /.well-known/openid-configuration": data(
        {"issuer": "https://id.example", "token_endpoint": "https://id.example/token"}
    ),
    "GET /jwks.json": data(
        {"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "kid": "2026-02", "x": "f83OJ3D2"}]}
    ),
}
STATUS: dict[str, Route] = {
    "GET /healthz": data({"status": "ok"}),
    "GET /readyz": text("ok\n"),
    "GET /status.json": data({"shop": "up", "checked": "2026-03-02T09:00:00Z", "ms": 48}),
    "POST /beacon": Answer(status=204),
    "GET /pixel.gif": file("image/gif", PIXEL),
}

_NO_PAGE = page("Not found", "<h1>Not found</h1>", status=404)
_NO_FILE = problem(404, "Not found")
_LOOSE = "default-src * 'unsafe-inline' 'unsafe-eval' data:"
_HALF = "script-src 'self' 'unsafe-inline' https:; object-src *"

HOSTS: dict[str, Host] = {
    "shop.example": Host(SHOP, bare, _NO_PAGE),
    "api.shop.example": Host(API, bare, _NO_FILE),
    "admin.shop.example": Host(ADMIN, bare, _NO_PAGE),
    "legacy.shop.example": Host(LEGACY, talkative, _NO_PAGE),
    "beta.shop.example": Host(BETA, with_csp(_LOOSE), _NO_PAGE),
    "labs.shop.example": Host(WILD, with_csp(_HALF), _NO_PAGE),
    "safe-shop.example": Host(SAFE_SHOP, strict, _NO_FILE),
    "safe-api.example": Host(SAFE_API, strict, _NO_FILE),
    "safe-admin.example": Host(SAFE_ADMIN, strict, _NO_FILE),
    "id.example": Host(ID, strict, _NO_FILE),
    "cdn.example": Host({f"GET {p}": a for p, a in assets.CDN.items()}, strict, _NO_FILE),
    "docs.example": Host({f"GET {p}": docs(p) for p in assets.DOCS}, strict, _NO_FILE),
    "status.example": Host(STATUS, strict, _NO_FILE),
    "clinic.example": Host(clinic.portal(careful=False), strict, _NO_FILE),
    "safe-clinic.example": Host(clinic.portal(careful=True), strict, _NO_FILE),
    "club.example": Host(club.site(careful=False), strict, _NO_FILE),
    "safe-club.example": Host(club.site(careful=True), strict, _NO_FILE),
    "bank.example": Host(bank.site(careful=False), strict, _NO_FILE),
    "safe-bank.example": Host(bank.site(careful=True), strict, _NO_FILE),
    "intranet.bank.example": Host(bank.INTRANET, bare, _NO_FILE),
    "intranet.safe-bank.example": Host(bank.SAFE_INTRANET, strict, _NO_FILE),
    "sso.example": Host(sso.WEAK, strict, _NO_FILE),
    "safe-sso.example": Host(sso.SAFE, strict, _NO_FILE),
    "market.shop.example": Host(market.site(careful=False), bare, _NO_FILE),
    "safe-market.example": Host(market.site(careful=True), strict, _NO_FILE),
    "services.example": Host(failures.site(careful=False), strict, _NO_FILE),
    "safe-services.example": Host(failures.site(careful=True), strict, _NO_FILE),
    "graph.example": Host(backstage.graph_site(careful=False), strict, _NO_FILE),
    "safe-graph.example": Host(backstage.graph_site(careful=True), strict, _NO_FILE),
    "depot.example": Host(backstage.depot_site(careful=False), strict, _NO_FILE),
    "safe-depot.example": Host(backstage.depot_site(careful=True), strict, _NO_FILE),
    **{name: Host(routes, bare, _NO_PAGE) for name, routes in backstage.TOOLS.items()},
    **{name: Host(routes, strict, _NO_FILE) for name, routes in backstage.SAFE_TOOLS.items()},
    **town.HOSTS,
    **archive.HOSTS,
    **lodge.HOSTS,
    **kiosk.HOSTS,
}
