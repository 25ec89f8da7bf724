"""Logins that every manual knows."""

from base64 import b64encode

from tests.corpus.rules.exchanges import Cases, Headers, Table, data, page, sent_json

APP = "https://cam.shop.example"
ISSUED = {"Set-Cookie": "sessionid=5c1de7f0a94b4be2; Path=/; HttpOnly"}
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2ln"
LOGIN = "username=admin&password=admin"


def basic(pair: str) -> Headers:
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


TABLE: Table = {
    "default-login": Cases(
        noticed=(
            page(
                "",
                f"{APP}/login",
                form=LOGIN,
                status=302,
                got={"Location": "/dashboard", **ISSUED},
            ),
            data(
                {"token": JWT},
                f"{APP}/api/v1/login",
                **sent_json({"name": "minioadmin", "password": "minioadmin"}),
            ),
            page("<h1>Manager</h1>", f"{APP}/manager/html", sent=basic("tomcat:s3cret")),
            page(
                '<a href="/logout">Log out</a>',
                f"{APP}/index.php",
                form="j_username=weblogic&j_password=welcome1",
            ),
            page(
                "",
                f"{APP}/console?user=root&pwd=toor",
                status=303,
                got={"Location": "/console/home"},
            ),
        ),
        silent=(
            data({"error": "Invalid credentials"}, f"{APP}/login", status=401, form=LOGIN),
            page(
                "",
                f"{APP}/login",
                form=LOGIN,
                status=302,
                got={"Location": "/login?error=1", **ISSUED},
            ),
            data({"success": False, "message": "wrong"}, f"{APP}/api", got=ISSUED, form=LOGIN),
            data({"token": JWT}, f"{APP}/api", **sent_json({"user": "admin", "password": "x9Q!v"})),
            page("<p>Invalid login</p>", f"{APP}/login", form=LOGIN, got=ISSUED),
            data({"token": JWT}, "http://localhost:9000/login", form=LOGIN),
            data({"token": JWT}, "https://demo.shop.example/login", form=LOGIN),
            page(
                "<h1>Manager</h1>", f"{APP}/manager/html", status=401, sent=basic("tomcat:s3cret")
            ),
            data(
                {"created": "admin"},
                f"{APP}/users",
                **sent_json({"user": "admin", "password": "admin"}),
            ),
        ),
    ),
}
