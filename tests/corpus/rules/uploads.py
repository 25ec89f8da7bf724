"""Files of users: what is taken, and how it is served."""

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    JSON,
    Cases,
    Headers,
    Table,
    data,
    exchange,
    page,
)

MULTIPART = "multipart/form-data; boundary=x7"
UPLOAD = "https://shop.example/profile/picture"
ACTIVE = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><circle r="4"/></svg>'
LOGO = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>'
SVG = "image/svg+xml"
OWN = "https://shop.example"


def form(name: str, content: bytes = b"content") -> bytes:
    head = f'--x7\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return head.encode() + b"Content-Type: image/png\r\n\r\n" + content + b"\r\n--x7--\r\n"


def put(name: str, answer: object, status: int = 200, content: bytes = b"content") -> Exchange:
    """An upload that is answered in JSON."""
    body = form(name, content)
    return data(answer, UPLOAD, form=body, form_type=MULTIPART, status=status)


def file(path: str, text: str, kind: str, got: Headers | None = None) -> Exchange:
    return exchange(path if "//" in path else OWN + path, text, kind, got=got)


TABLE: Table = {
    "upload-executable-type": Cases(
        noticed=(
            put("shell.php", {"url": "/uploads/shell.php"}, 201),
            put("a.phtml", {"path": "https://shop.example/media/2026/9f3c.phtml"}),
            page(
                "Saved as <a href='../../hackable/uploads/cmd.php'>cmd.php</a>",
                UPLOAD,
                form=form("cmd.php"),
                form_type=MULTIPART,
            ),
            put("me.svg", {"avatar": {"src": "/avatars/17/me.svg"}}),
            exchange(
                UPLOAD,
                form=form("cv.jsp"),
                form_type=MULTIPART,
                status=302,
                got={"Location": "/files/cv.jsp"},
            ),
            put("x.aspx", {"url": "/uploads/x.aspx"}, content=b"\x89PNG\xff\x00\xfe"),
        ),
        silent=(
            put("shell.php", {"error": "Only pictures: /uploads/shell.php"}, 422),
            put("shell.php", {"url": "/uploads/9f3c.jpg"}),
            put("me.png", {"url": "/uploads/me.png", "next": "/index.php"}),
            put("shell.php", {"name": "shell.php", "links": ["/wp-admin/admin-ajax.php"]}),
            put("me.svg", {"url": "https://shop-files.s3.amazonaws.com/uploads/me.svg"}),
            page("<a href='/help/contact.html'>x</a>", form=form("a.html"), form_type=MULTIPART),
            exchange(UPLOAD, '{"url":"/uploads/a.php"}', JSON, form="file=a.php"),
        ),
    ),
    "user-upload-served-inline": Cases(
        noticed=(
            file("/uploads/users/17/me.svg", ACTIVE, SVG),
            file("/media/avatars/9.svg", ACTIVE, SVG, {"X-Content-Type-Options": "nosniff"}),
            file("/files/4711/cv.html", "<script>fetch('/api/me')</script>", "text/html"),
            file("/attachments/0a1b2c3d4e5f60718293/a.htm", "<h1>Hi</h1>", "text/html"),
            file("/uploads/logo.svg", ACTIVE, SVG, {"Content-Disposition": "inline"}),
        ),
        silent=(
            file("/uploads/users/17/me.svg", ACTIVE, SVG, {"Content-Disposition": "attachment"}),
            file("/uploads/users/17/me.svg", ACTIVE, SVG, {"Content-Security-Policy": "sandbox"}),
            file("/media/logo.svg", LOGO, SVG),
            file("/wp-content/uploads/2026/brand.svg", LOGO, SVG),
            file("/wp-content/uploads/2026/03/brand.html", "<h1>Brand</h1>", "text/html"),
            file("/avatars/0a1b2c3d4e5f60718293.svg", LOGO, SVG),
            file("/files/", "<script>list()</script>", "text/html"),
            file("/uploads/users/17/me.png", "PNG", "image/png"),
            file("https://cdn.shop.example/uploads/users/17/me.svg", ACTIVE, SVG),
            file("https://shop-usercontent.example/files/17/a.html", "<h1>Hi</h1>", "text/html"),
            file("/docs/guide.html", "<script>menu()</script>", "text/html"),
        ),
    ),
    "upload-outside-folder": Cases(
        noticed=(
            put("../../templates/index.html", {"path": "/srv/media/../../templates/index.html"}),
            put("../../../etc/cron.d/job", {"saved": "/etc/cron.d/job"}, 201),
            put("..\\..\\Windows\\Tasks\\a.job", {"file": "C:\\Windows\\Tasks\\a.job"}),
            page(
                "<p>Stored as data/../logo.png</p>",
                UPLOAD,
                form=form("../logo.png"),
                form_type=MULTIPART,
            ),
        ),
        silent=(
            put("../../../etc/cron.d/job", {"error": "/etc/cron.d/job is not allowed"}, 400),
            put("../../../etc/cron.d/job", {"path": "/srv/media/job"}),
            put("../../../etc/cron.d/job", {"name": "../../../etc/cron.d/job", "id": 4}),
            put("../logo.png", {"path": "/media/logo.png"}),
            put("C:\\Users\\eva\\a.png", {"original": "C:\\Users\\eva\\a.png"}),
            put("../../../etc/cron.d/job", {"url": "https://shop.example/etc/cron.d/job"}),
        ),
    ),
}
