"""Versions, inner names and comments."""

from tests.corpus.rules.exchanges import (
    SCRIPT,
    Cases,
    Table,
    data,
    exchange,
    page,
)

TABLE: Table = {
    "version-banner": Cases(
        noticed=(
            page(got={"Server": "Apache/2.4.7 (Ubuntu)"}),
            page(got={"X-Powered-By": "PHP/8.1.2"}),
            page(got={"X-AspNet-Version": "4.0.30319"}),
        ),
        silent=(page(got={"Server": "nginx"}), page(got={"X-Powered-By": "Express"}), page()),
    ),
    "internal-address": Cases(
        noticed=(
            page(got={"X-Backend-Server": "web03.corp.internal"}),
            data({"upstream": "10.12.4.17"}),
            page("<p>see http://192.168.4.9/wiki</p>"),
        ),
        silent=(
            page("<p>10.0.0.0/8 is private, as is 192.168.0.0/16</p>"),
            data({"upstream": "10.12.4.17"}, "http://10.12.4.9/status"),
            data({"version": "10.12.4.17.2", "price": 10.25}),
            exchange(text="a.internal = b", kind=SCRIPT),
            data({"ip": "192.0.2.10"}),
        ),
    ),
    "telling-comment": Cases(
        noticed=(
            page("<!-- test login: demo / summer2024 -->"),
            page("<!-- TODO: this skips the auth check -->"),
            page("<!-- password: Kestrel9 -->"),
        ),
        silent=(
            page("<!-- password field -->"),
            page("<!-- TODO: nicer fonts -->"),
            page("<p>password: Kestrel9</p>"),
            page("<!-- never closed, password: Kestrel9"),
        ),
    ),
}
