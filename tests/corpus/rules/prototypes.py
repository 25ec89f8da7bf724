"""Parameters that name the prototype of all objects."""

from tests.corpus.rules.exchanges import Cases, Table, data, page, sent_json

API = "https://api.shop.example/v2/items"
BODY = sent_json({"title": "x", "__proto__": {"canDelete": True}})

TABLE: Table = {
    "prototype-pollution": Cases(
        noticed=(
            data({"user": {"role": "x", "verified": "yes"}}, f"{API}?__proto__[verified]=yes"),
            data({"me": {"plan": "gold"}}, f"{API}?constructor[prototype][plan]=gold"),
            data({"id": 4, "title": "x", "canDelete": True}, **BODY),
            data(
                {"rows": [], "limits": {"quota": 9999}},
                **sent_json({"constructor": {"prototype": {"quota": 9999}}}),
            ),
            data({"acl": {"write": "1"}}, form="a[__proto__][write]=1"),
        ),
        silent=(
            data({"rows": []}, f"{API}?__proto__[verified]=yes"),
            data({"query": {"__proto__": {"verified": "yes"}}}, f"{API}?__proto__[verified]=yes"),
            data({"verified": "yes"}, f"{API}?__proto__[verified]=yes&verified=yes"),
            data({"verified": "no"}, f"{API}?__proto__[verified]=yes"),
            data({"id": 4, "title": "x", "canDelete": False}, **BODY),
            data({"prototype": "gold"}, f"{API}?prototype=gold"),
            page("<p>verified: yes</p>", "https://shop.example/?__proto__[verified]=yes"),
        ),
    ),
}
