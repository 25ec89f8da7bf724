"""Files and functions that should not be reachable."""

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    SCRIPT,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    page,
)

AT = "https://shop.example"
CONFIG = "[core]\n\trepositoryformatversion = 0\n"
LOG = "[2026-03-02 09:14:11] production.ERROR: SQLSTATE[HY000] in /var/www/app.php:9\n"
BINARY = "application/octet-stream"


def titled(title: str, body: str, url: str = f"{AT}/backup/", status: int = 200) -> Exchange:
    text = f"<!DOCTYPE HTML><html><head><title>{title}</title></head><body>{body}</body></html>"
    return exchange(url, text, status=status)


TABLE: Table = {
    "directory-listing": Cases(
        noticed=(
            exchange(text="<html><head><title>Index of /backup</title></head></html>"),
            exchange(text="<title>Directory listing for /</title>"),
            titled("Directory Listing For [/files/]", "<a href='a.zip'>a.zip</a>"),
            titled("shop.example - /files/", "<A HREF='/'>[To Parent Directory]</A>"),
            titled("Directory: /backup/", "<a href='a.zip'>a.zip</a>"),
        ),
        silent=(
            page("<p>The index of /r/all</p>"),
            exchange(text="<title>Index of /backup</title>", status=403),
            titled("Index of /", "", "https://mirrors.shop.example/"),
            titled("Index of /debian/", "", "https://files.example/debian/"),
            titled("Index of economic freedom", "<h1>Index of prices</h1>"),
        ),
    ),
    "exposed-file": Cases(
        noticed=(
            exchange(f"{AT}/.git/config", CONFIG, TEXT),
            exchange(f"{AT}/.git/index", "DIRC\0\0\0\2\0", BINARY),
            exchange(f"{AT}/.env", "DB_HOST=db01\n", TEXT),
            exchange(f"{AT}/config.php.bak", "<?php $a = 1;", TEXT),
            exchange(f"{AT}/.DS_Store", "\0\0\0\1Bud1\0", BINARY),
            exchange(f"{AT}/.hg/requires", "dotencode\nstore\n", TEXT),
            exchange(f"{AT}/shop-backup.zip", "PK\3\4\0", "application/zip"),
            exchange(f"{AT}/.npmrc", "//r.example/:_authToken=f81c0a97\n", TEXT),
            exchange(f"{AT}/storage/logs/laravel.log", LOG, TEXT),
            data({"ConnectionStrings": {"Default": "Server=db01"}}, f"{AT}/appsettings.json"),
            data({"version": 4, "terraform_version": "1.5.7"}, f"{AT}/terraform.tfstate"),
        ),
        silent=(
            page("<h1>Not here</h1>", f"{AT}/.git/config"),
            page("<h1>Not here</h1>", f"{AT}/.git/index"),
            exchange(f"{AT}/.env", "", TEXT, status=404),
            exchange(f"{AT}/notes.txt", "DB_HOST=db01", TEXT),
            exchange(f"{AT}/catalogue.zip", "PK\3\4\0", "application/zip"),
            page('<div id="root"></div>', f"{AT}/backup.sql"),
            data({"theme": "dark"}, f"{AT}/appsettings.json"),
            exchange(f"{AT}/releases/dump-tool.tar.gz", "not an archive", BINARY),
        ),
    ),
    "source-code": Cases(
        noticed=(
            exchange(text="<?php $db = connect('shop');", kind=TEXT),
            exchange(text="<%@ page import='a' %>"),
            exchange(f"{AT}/cgi-bin/cart.pl", "#!/usr/bin/perl\nuse CGI;\n", TEXT),
            exchange(f"{AT}/old/index.php", "<?php\nrequire 'db.php';\n$user = 1;"),
        ),
        silent=(
            page("<code>&lt;?php echo 1;</code>"),
            exchange(text="if (s == '<?php x') {}", kind=SCRIPT),
            exchange(text="#1 in wool", kind=TEXT),
            exchange(f"{AT}/install.sh", "#!/bin/sh\ncurl -O a\n", TEXT),
            exchange(text="<?xml version='1.0'?><svg/>", kind="image/svg+xml"),
        ),
    ),
    "trace-method": Cases(
        noticed=(
            exchange(text="TRACE / HTTP/1.1", kind="message/http", method="TRACE"),
            exchange(text="TRACE /a HTTP/1.1\nCookie: sid=5c1d", kind=TEXT, method="TRACE"),
            exchange(text="", kind="message/http", method="TRACE"),
            exchange(f"{AT}/api", "TRACE /api HTTP/1.1", "message/http", method="trace"),
        ),
        silent=(
            exchange(method="TRACE", status=405),
            exchange(method="GET"),
            page("<h1>Shop</h1>", method="TRACE"),
            data({"error": "not found"}, method="TRACE"),
            exchange(text="TRACE / HTTP/1.1", kind=TEXT),
        ),
    ),
}
