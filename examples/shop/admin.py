"""The back office: open to everyone on `admin.shop.example`, behind a log-in on its twin."""

from html import escape

from examples.shop.catalogue import safe_page
from examples.shop.store import AWS_KEY, AWS_SECRET, DB_URL, MD5_OF_SUMMER, SERVICE_KEY, Shop
from examples.shop.web import Answer, Asked, data, page, redirect, table, text

# --- people and orders -------------------------------------------------------------------------


def users_weak(shop: Shop, _asked: Asked) -> Answer:
    rows = shop.db.execute("SELECT name, email, phone FROM customers").fetchall()
    people = table(("Name", "E-mail", "Phone"), rows)
    return page("Admin: users", f"<h1>User administration</h1>\n{people}<button>Delete</button>")


def users_safe(shop: Shop, asked: Asked) -> Answer:
    if asked.cookie("__Host-admin") not in shop.sessions:
        return redirect("/login?next=/users")
    return safe_page(shop, "Users", "<h1>Users</h1><p>2 customers, 1 editor</p>")


def settings_weak(_shop: Shop, _asked: Asked) -> Answer:
    return page(
        "Admin: settings",
        "<h1>Shop settings</h1><form method='post'><input name='smtp_host' value='mail.example'>"
        "<input name='payments' value='on'><button>Save settings</button></form>",
    )


def export_weak(shop: Shop, _asked: Asked) -> Answer:
    rows = shop.db.execute("SELECT name, email, phone, card FROM customers").fetchall()
    lines = [",".join(row) for row in [("name", "email", "phone", "card_number"), *rows]]
    return text("\n".join(lines) + "\n", kind="text/csv")


def delete_weak(_shop: Shop, asked: Asked) -> Answer:
    return data({"deleted": int(asked.parts["id"]), "by": "anonymous"})


# --- tools that pass their input on ------------------------------------------------------------


def ping_weak(_shop: Shop, asked: Asked) -> Answer:
    """Answers as a shell would; there is none."""
    host, _, more = asked.arg("host").replace("|", ";").partition(";")
    lines = [f"PING {host}: 56 data bytes, 1 packet received, 0% packet loss"]
    if more.strip() == "id":
        lines.append("uid=33(www-data) gid=33(www-data) groups=33(www-data)")
    return text("\n".join(lines) + "\n")


def preview_weak(_shop: Shop, asked: Asked) -> Answer:
    """Answers as a template engine would; it knows one multiplication."""
    subject = asked.field("subject").replace("{{7*7}}", "49").replace("${7*191}", "1337")
    return page("Preview", f"<h1>Mail preview</h1><p>Subject: {escape(subject)}</p>")


def preview_safe(shop: Shop, asked: Asked) -> Answer:
    subject = escape(asked.field("subject"))
    return safe_page(shop, "Preview", f"<h1>Mail preview</h1><p>Subject: {subject}</p>")


# --- what was left lying about -----------------------------------------------------------------

LEFTOVERS_WEAK: dict[str, Answer] = {
    "/.git/config": text(
        "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
        '[remote "origin"]\n\turl = https://git.corp.example/shop/web.git\n'
        "\tfetch = +refs/heads/*:refs/remotes/origin/*\n"
    ),
    "/.git/HEAD": text("ref: refs/heads/release-4.2\n"),
    "/.env": text(
        f"APP_ENV=production\nDATABASE_URL={DB_URL}\nAWS_ACCESS_KEY_ID={AWS_KEY}\n"
        f"AWS_SECRET_ACCESS_KEY={AWS_SECRET}\n"
    ),
    "/backup.sql": text(
        "-- dump of shop, 2026-02-27\nINSERT INTO `users` VALUES (1,'anna.berg@mail.example',"
        f"'{MD5_OF_SUMMER}'),(2,'ben.okafor@mail.example','{MD5_OF_SUMMER[::-1]}');\n",
        kind="application/sql",
    ),
    "/config.php.bak": text(
        f"<?php\n$db_host = 'db01.corp.internal';\n$db_password = '{'Tr0ub4dor9' + 'Kestrel'}';\n",
        kind="application/octet-stream",
    ),
}


def listing(path: str, names: tuple[str, ...]) -> Answer:
    """A directory as a web server shows it when nobody told it not to."""
    links = "\n".join(f'<a href="{n}">{n}</a>   27-Feb-2026 18:04   -' for n in ("../", *names))
    return page(f"Index of {path}", f"<h1>Index of {path}</h1><hr><pre>{links}</pre><hr>")


PHPINFO_WEAK = page(
    "phpinfo()",
    "<h1>PHP Version 7.2.24</h1><table><tr><td>System</td><td>Linux web03 4.15.0</td></tr>"
    "<tr><td>Loaded Configuration File</td><td>/etc/php/7.2/apache2/php.ini</td></tr>"
    "<tr><td>DOCUMENT_ROOT</td><td>/var/www/html</td></tr></table>",
)
ACTUATOR_WEAK = data(
    {
        "activeProfiles": ["production"],
        "propertySources": [
            {
                "name": "systemEnvironment",
                "properties": {
                    "SPRING_DATASOURCE_URL": {"value": DB_URL},
                    "SERVICE_API_KEY": {"value": SERVICE_KEY},
                },
            }
        ],
    },
    kind="application/vnd.spring-boot.actuator.v3+json",
)
SERVER_STATUS_WEAK = page(
    "Apache Status",
    "<h1>Apache Server Status for admin.shop.example (via 10.12.0.7)</h1><pre>Server Version: "
    "Apache/2.4.29 (Ubuntu)\nServer uptime: 41 days</pre>"
    + table(("Client", "Request"), [("10.12.0.31", "GET /users"), ("10.12.0.40", "POST /login")]),
)
CONSOLE_WEAK = page(
    "Console // Werkzeug Debugger",
    "<h1>Interactive Console</h1><p>In this console you can execute Python expressions in the "
    "context of the application.</p><script>var EVALEX = true, CONSOLE_MODE = true;</script>",
)
