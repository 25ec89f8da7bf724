"""Commands that a server ran because a request named them, and scripts left in folders."""

from tests.corpus.rules.exchanges import HTML, TEXT, Cases, Table, data, exchange, page, sent_json

ID = "uid=1001(app) gid=1001(app) groups=1001(app),27(sudo)\n"
SHOP = "https://shop.example"

TABLE: Table = {
    "command-as-input": Cases(
        noticed=(
            exchange(f"{SHOP}/x.jsp?cmd=whoami", "<pre>nt authority\\system\r\n</pre>"),
            data({"out": ID}, f"{SHOP}/api/debug/exec", **sent_json({"run": "id"})),
            exchange(f"{SHOP}/dev/run", "total 8\ndrwxr-xr-x 2 a a 9\n", TEXT, form="c=ls+-la"),
            exchange(f"{SHOP}/admin/tool.aspx?q=cat+/etc/passwd", "root:x:0:0:root:/root:", TEXT),
            exchange(f"{SHOP}/t?a=hostname", "x\nLinux version 5.15.0-91 (gcc)", TEXT),
        ),
        silent=(
            exchange(f"{SHOP}/search?sort=id", "<li>uid 33, gid 33</li>"),
            data({"id": 7, "uid": 1001, "gid": 1001}, f"{SHOP}/api/files?fields=id"),
            exchange(f"{SHOP}/manual?page=installing", ID, TEXT),
            exchange(f"{SHOP}/x.jsp?cmd=whoami", "<h1>Not found</h1>", status=404),
            page("<p>Results for <b>whoami</b></p>", f"{SHOP}/search?q=whoami"),
        ),
    ),
    "web-shell": Cases(
        noticed=(
            exchange(f"{SHOP}/uploads/avatar.php", ID, HTML),
            exchange(f"{SHOP}/images/logo.jsp?x=1", f"<pre>{ID}</pre>"),
            exchange(f"{SHOP}/media/2026/03/a.aspx?e=1", "iis apppool\\defaultapppool\r\n", TEXT),
            exchange(f"{SHOP}/files/t.phtml?0=2", "root:$6$abcdefgh$Xk1:19700:0:99999:7:::", TEXT),
        ),
        silent=(
            exchange(f"{SHOP}/uploads/avatar.php", "", HTML),
            exchange(f"{SHOP}/uploads/avatar.php", ID, HTML, status=404),
            exchange(f"{SHOP}/blog/what-is-id.php", f"<pre>{ID}</pre>"),
            exchange(f"{SHOP}/files/log.txt", ID, TEXT),
            exchange(f"{SHOP}/media/get.php?id=4", "<p>uid=4</p>"),
        ),
    ),
    "script-runs-in-uploads": Cases(
        noticed=(
            exchange(f"{SHOP}/wp-content/uploads/2026/01/cache.php", "<form method=post>Password"),
            exchange(f"{SHOP}/uploads/5f4dcc3b5aa765d61d83.php", "OK"),
            exchange(f"{SHOP}/upload/2026/02/me.jsp", "<html>up</html>"),
            exchange(f"{SHOP}/uploads/cv.aspx?c=id", ID, TEXT),
        ),
        silent=(
            exchange(f"{SHOP}/wp-content/uploads/index.php", ""),
            exchange(f"{SHOP}/wp-content/uploads/2026/01/cache.php", "Forbidden", status=403),
            exchange(f"{SHOP}/upload.php", "<form enctype=multipart/form-data>"),
            exchange(f"{SHOP}/uploads/index.php?page=2", "<h1>Your files</h1>"),
            exchange(f"{SHOP}/wp-content/uploads/2026/01/a.php", "<?php echo 1;", TEXT),
        ),
    ),
}
