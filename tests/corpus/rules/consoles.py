"""Consoles and buckets that answer anyone."""

from typing import Unpack

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    TEXT,
    Cases,
    More,
    Table,
    data,
    exchange,
)

AT = "https://ops.shop.example"
XML = "application/xml"
SEARCH = {
    "name": "node-1",
    "cluster_name": "shop",
    "version": {"number": "7.17.9"},
    "tagline": "You Know, for Search",
}
INDICES = "yellow open customers 3Q1x9 1 1 51234 0 12mb 12mb\n"
GRAFANA = (
    '<script>window.grafanaBootData = {"user":{"isSignedIn":%s,"orgId":1,'
    '"orgName":"Main Org.","orgRole":"%s"}}</script>'
)
S3 = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="x"><Name>shop-backup</Name>'
    "<Contents><Key>db/2026-03-01.sql.gz</Key><Size>91</Size></Contents></ListBucketResult>"
)
EMPTY_S3 = '<?xml version="1.0"?><ListBucketResult xmlns="x"><Name>shop</Name></ListBucketResult>'
AZURE = (
    '<?xml version="1.0"?><EnumerationResults ContainerName="files"><Blobs><Blob>'
    "<Name>scans/passport-17.pdf</Name></Blob></Blobs></EnumerationResults>"
)
DENIED = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>no</Message></Error>'


def titled(title: str, body: str, path: str = "/", **more: Unpack[More]) -> Exchange:
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return exchange(f"{AT}{path}", text, **more)


TABLE: Table = {
    "open-console": Cases(
        noticed=(
            data(
                {"kind": "SecretList", "items": [{"data": {"password": "aHVudGVyMg=="}}]},
                f"{AT}:6443/api/v1/namespaces/shop/secrets",
            ),
            exchange(
                "http://10.0.0.138/settings_backup.cfg",
                "[ppp]\nuser=line7@isp\npassword=kx81Ghq2\n[wlan]\nssid=Attic\npsk=wool-socks-7\n",
                "application/octet-stream",
            ),
            data(
                {"-Nx1": {"email": "anna@mail.example", "phone": "+4930555"}},
                "https://bakery-71.firebaseio.com/guests.json",
            ),
            data(
                [{"id": 4, "email": "anna@mail.example"}],
                "https://abcdefghij.supabase.co/rest/v1/guests?select=*",
                sent={"apikey": "sb_publishable_8f2b1c7de04a"},
            ),
            titled("localhost | phpMyAdmin 5.2.1", '<div id="pma_navigation"></div>', "/pma/"),
            titled("Dashboard [Jenkins]", '<a href="/asynchPeople/">People</a>'),
            titled("Dashboard [Jenkins]", '<a href="/login?from=%2F">log in</a>'),
            titled(
                "Elastic", "<kbn-injected-metadata data='{}'></kbn-injected-metadata>", "/app/home"
            ),
            titled("Grafana", GRAFANA % ("false", "Viewer"), "/d/7/orders"),
            titled("/manager", "<b>Tomcat Web Application Manager</b>", "/manager/html"),
            titled("Overview – Hangfire Dashboard", '<div id="hangfireConfig"></div>', "/hangfire"),
            titled("[PROD] Sidekiq", "<span>Enqueued</span>", "/sidekiq"),
            titled("Solr Admin", '<html ng-app="solrAdminApp">', "/solr/"),
            titled("db1 / shop / orders | phpMyAdmin 5.2.1", "<table><tr><th>id</th></tr></table>"),
            titled("Script Console [Jenkins]", '<textarea name="script"></textarea>', "/script"),
            titled("Script Console - Jenkins", '<textarea name="script"></textarea>', "/script"),
            data(
                {"took": 2, "hits": {"hits": [{"_index": "orders", "_id": "7", "_source": {}}]}},
                f"{AT}:9200/orders/_search?q=*",
            ),
            data(SEARCH, f"{AT}:9200/"),
            exchange(f"{AT}:9200/_cat/indices", INDICES, TEXT),
            data({"status": "success", "data": {"activeTargets": []}}, f"{AT}/api/v1/targets"),
            data({"rabbitmq_version": "3.12.1"}, f"{AT}:15672/api/overview"),
            data({"kind": "SecretList", "items": []}, f"{AT}:6443/api/v1/secrets"),
            data([{"registration": {"managementUrl": "http://a"}}], f"{AT}/instances"),
        ),
        silent=(
            data(
                {"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403},
                f"{AT}:6443/api/v1/namespaces/shop/secrets",
                status=403,
            ),
            exchange(
                "http://10.0.0.138/settings_backup.cfg",
                "[ppp]\nuser=line7@isp\npassword=kx81Ghq2\n[wlan]\nssid=Attic\n",
                "application/octet-stream",
                sent={"Cookie": "sid=1f0a94b4be2a90d8"},
            ),
            data({"-Nx1": {"title": "Rye", "price": 4}}, "https://bakery-71.firebaseio.com/b.json"),
            data(
                {"email": "anna@mail.example"},
                "https://bakery-71.firebaseio.com/guests/7.json?auth=eyJhbGciOi",
            ),
            data(
                [{"id": 4, "email": "anna@mail.example"}],
                "https://abcdefghij.supabase.co/rest/v1/guests?select=*",
                sent={
                    "apikey": "sb_publishable_8f2b1c7de04a",
                    "Authorization": "Bearer u7f2b1c7de",
                },
            ),
            titled("phpMyAdmin", '<input name="pma_username">', "/pma/"),
            titled("How to secure Sidekiq", "<p>Enqueued jobs in Sidekiq</p>", "/blog/sidekiq"),
            titled("Grafana", GRAFANA % ("false", ""), "/login"),
            titled("Grafana", GRAFANA % ("true", "Viewer"), "/d/7/orders"),
            titled("Elastic", "<kbn-injected-metadata data='{}'>", "/login?next=%2Fapp"),
            titled(
                "Dashboard [Jenkins]", '<a href="/asynchPeople/">P</a><a href="/logout">log out</a>'
            ),
            titled("/manager", "Tomcat Web Application Manager", "/manager/html", status=401),
            titled(
                "Solr Admin", '<html ng-app="solrAdminApp">', sent={"Authorization": "Basic YTpi"}
            ),
            data({"error": "security_exception"}, f"{AT}:9200/", status=401),
            data({"status": "success", "data": {"targets": 4}}, f"{AT}/api/v1/targets"),
            data(SEARCH, f"{AT}:9200/", sent={"Authorization": "Basic YTpi"}),
            data([{"id": 1, "job": "Gardener"}], f"{AT}/applications"),
            data({"hits": {"hits": []}, "took": 2}, f"{AT}/api/orders/_search?q=*"),
            titled(
                "How to script | Jenkins", "<textarea name=comment></textarea>", "/blog/jenkins"
            ),
        ),
    ),
    "console-login-reachable": Cases(
        noticed=(
            exchange(
                "http://10.0.0.138/",
                "<h1>401</h1>",
                status=401,
                got={"WWW-Authenticate": 'Basic realm="NVR-16 (default login: admin / 12345)"'},
            ),
            exchange(
                "http://10.0.0.138/",
                "<h1>401</h1>",
                status=401,
                got={"WWW-Authenticate": 'Basic realm="Default: root:calvin"'},
            ),
            titled("phpMyAdmin", '<input name="pma_username" id="input_username">', "/pma/"),
            titled("Login - Adminer", '<input name="auth[username]">', "/adminer.php"),
            titled("H2 Console", "<h2>Welcome to H2</h2>", "/h2-console"),
            titled("RabbitMQ Management", '<div id="outer"></div>', "/"),
            titled("Sign in [Jenkins]", '<input name="j_username">', "/login"),
        ),
        silent=(
            exchange(
                "http://10.0.0.138/",
                "<h1>401</h1>",
                status=401,
                got={"WWW-Authenticate": 'Basic realm="NVR-16"'},
            ),
            exchange(
                "http://10.0.0.138/",
                "<h1>401</h1>",
                status=401,
                got={"WWW-Authenticate": 'Basic realm="Default Web Site"'},
            ),
            titled("phpMyAdmin for beginners", "<p>Type your name</p>", "/blog/pma"),
            titled("Log in | Shop", '<input name="username"><input type="password">', "/login"),
            titled("H2 Console", "<h2>Sorry</h2>", "/h2-console", status=403),
            titled("H2 consoles and how to use them", "<p>H2 console</p>", "/blog/h2"),
            titled("localhost | phpMyAdmin", '<div id="pma_navigation"></div>', "/pma/"),
        ),
    ),
    "bucket-listing": Cases(
        noticed=(
            exchange("https://shop-backup.s3.amazonaws.com/", S3, XML),
            exchange("https://shop.blob.core.windows.net/files?restype=container", AZURE, XML),
            exchange(
                "https://storage.googleapis.com/shop-backup", S3, "application/xml; charset=UTF-8"
            ),
            exchange("https://files.shop.example/", S3, "text/xml"),
        ),
        silent=(
            exchange("https://shop.s3.amazonaws.com/", DENIED, XML, status=403),
            exchange("https://shop.s3.amazonaws.com/", EMPTY_S3, XML),
            exchange("https://shop.s3.amazonaws.com/?X-Amz-Signature=f81c0a97", S3, XML),
            exchange(
                "https://shop.s3.amazonaws.com/",
                S3,
                XML,
                sent={"Authorization": "AWS4-HMAC-SHA256 Credential=a"},
            ),
            exchange("https://shop.example/sitemap.xml", "<urlset><Name>a</Name></urlset>", XML),
            exchange("https://docs.shop.example/s3", f"<pre>{S3}</pre>"),
        ),
    ),
}
