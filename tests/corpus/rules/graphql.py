"""GraphQL endpoints that tell or take too much."""

from tests.corpus.rules.exchanges import (
    SCRIPT,
    Cases,
    Table,
    data,
    exchange,
    page,
    sent_json,
)

AT = "https://shop.example"
API = f"{AT}/graphql"
SCHEMA: dict[str, object] = {
    "data": {"__schema": {"queryType": {"name": "Query"}, "types": [{"name": "User"}]}}
}
FIELD = 'Cannot query field "nam" on type "User". Did you mean "name"?'
ARGUMENT = 'Unknown argument "emial" on field "Query.user". Did you mean "email"?'
PLACES = [{"line": 1, "column": 3}]
LOGIN = 'mutation { login(email: "anna@mail.example", password: "%s") { token } }'
LOGINS = " ".join(
    f'a{n}: login(email: "anna@mail.example", password: "{n}") {{ token }}' for n in range(4)
)
CODES = "\n".join(f'  t{n}: verifyOtp(code: "000{n}") {{ ok }}' for n in range(5))
WRONG = {"errors": [{"message": "wrong password", "path": ["login"]}], "data": None}
STACK = ["Error: no such user", "    at getUser (/srv/app/src/users.js:12:9)"]


def failed(message: str, **extensions: object) -> dict[str, object]:
    return {
        "errors": [{"message": message, "locations": PLACES, "extensions": extensions}],
        "data": None,
    }


def by_get(query: str) -> str:
    return f"{API}?query={query}"


TABLE: Table = {
    "graphql-introspection": Cases(
        noticed=(
            data(SCHEMA),
            data(SCHEMA, API, **sent_json({"query": "{__schema{types{name}}}"})),
            exchange(
                f"{AT}/api/graphql",
                '{"data":{"__schema":{"mutationType":{"name":"Mutation"}}}}',
                "application/graphql-response+json",
                **sent_json({"query": "{__schema{mutationType{name}}}"}),
            ),
            data([SCHEMA, {"data": {"me": None}}], API),
        ),
        silent=(
            data({"errors": [{"message": "introspection of __schema is off"}]}, API),
            exchange(text='"__schema": {', kind=SCRIPT),
            data({"data": {"__schema": None}}, API),
            data({"data": {"__typename": "Query"}}, API, **sent_json({"query": "{__typename}"})),
            data(SCHEMA, API, status=403),
        ),
    ),
    "graphql-suggestions": Cases(
        noticed=(
            data({"errors": [{"message": FIELD}]}, API, status=400),
            data({"errors": [{"message": FIELD}]}, f"{AT}/api/graphql"),
            data({"errors": [{"message": ARGUMENT, "locations": PLACES}]}, f"{AT}/v1/gql"),
            data(
                {"errors": [{"message": 'Unknown type "Usr". Did you mean "User" or "Users"?'}]},
                API,
            ),
        ),
        silent=(
            data({"errors": [{"message": FIELD}]}, f"{AT}/search"),
            data({"errors": []}, API),
            data({"errors": [{"message": 'Cannot query field "nam" on type "User".'}]}, API),
            data({"data": {"search": {"hint": "Did you mean socks?"}}}, API),
            data({"errors": [{"message": "No results. Did you mean socks?"}], "data": None}, API),
        ),
    ),
    "graphql-batching": Cases(
        noticed=(
            data([WRONG, WRONG], API, **sent_json([{"query": LOGIN % n} for n in "ab"])),
            data(
                [{"data": {"me": {"id": 1}}}, {"data": {"cart": {"total": 5}}}],
                API,
                **sent_json([{"query": "{me{id}}"}, {"query": "{cart{total}}"}]),
            ),
            data(
                {"data": {f"a{n}": None for n in range(4)}, "errors": [{"message": "wrong"}]},
                API,
                **sent_json({"query": f"mutation {{ {LOGINS} }}"}),
            ),
            data(
                {"data": {f"t{n}": {"ok": n == 3} for n in range(5)}},
                f"{AT}/api/graphql",
                **sent_json({"operationName": None, "query": f"mutation {{\n{CODES}\n}}"}),
            ),
        ),
        silent=(
            data([{"data": {"me": None}}], API, **sent_json([{"query": "{me{id}}"}])),
            data(
                {"errors": [{"message": "batching is off"}]},
                API,
                status=400,
                **sent_json([{"query": "{me{id}}"}] * 3),
            ),
            data(
                {"data": {"small": "a.png", "big": "b.png", "wide": "c.png"}},
                API,
                **sent_json({"query": "{small:image(w:1) big:image(w:2) wide:image(w:3)}"}),
            ),
            data({"data": {"login": None}}, API, **sent_json({"query": LOGIN % "a"})),
            data([{"id": 1}, {"id": 2}], f"{AT}/bulk", **sent_json([{"query": 1}, {"query": 2}])),
            data(
                {"data": None, "errors": [{"message": "too many aliases"}]},
                API,
                **sent_json({"query": f"mutation {{ {LOGINS} }}"}),
            ),
        ),
    ),
    "graphql-verbose-error": Cases(
        noticed=(
            data(failed("no such user", exception={"stacktrace": STACK}), API),
            data(failed("no such user", code="INTERNAL_SERVER_ERROR", stacktrace=STACK), API),
            data(failed('column "emial" does not exist'), API),
            data(
                failed("Internal server error", debugMessage="SQLSTATE[42S22]: Column not found"),
                f"{AT}/graphql",
                status=500,
            ),
            data(failed("Invalid `prisma.user.findMany()` invocation in /app/users.ts:7"), API),
        ),
        silent=(
            data(failed("login first", code="UNAUTHENTICATED"), API),
            data(failed("bad input", code="BAD_USER_INPUT", stacktrace=[]), API),
            data(failed("bad input", exception={}), API, status=400),
            data({"errors": {"email": ["is taken"]}, "exception": "ValidationError"}, status=422),
            data({"data": {"errors": [], "trace": "a long walk in the hills"}}, API),
            data({"data": {"post": {"title": "SQLSTATE[42000] explained"}}, "errors": []}, API),
        ),
    ),
    "graphql-mutation-by-get": Cases(
        noticed=(
            data({"data": {"deletePost": True}}, by_get("mutation%7BdeletePost(id:7)%7D")),
            data(
                {"data": {"rename": {"id": 1}}}, by_get("mutation+M%7Brename(n:%22a%22)%7Bid%7D%7D")
            ),
            data(
                {"data": {"like": {"count": 4}}},
                by_get("%0Amutation%20Like%7Blike(id:3)%7Bcount%7D%7D&variables=%7B%7D"),
            ),
            data(
                {"data": {"follow": {"ok": True}}}, f"{AT}/api?query=mutation%7Bfollow%7Bok%7D%7D"
            ),
        ),
        silent=(
            data({"errors": [{"message": "use POST"}]}, by_get("mutation%7Ba%7D"), status=405),
            data({"data": None, "errors": []}, by_get("mutation%7Ba%7D")),
            data({"data": {"a": None}}, by_get("mutation%7Ba%7D")),
            data({"data": {"me": {"id": 1}}}, by_get("%7Bme%7Bid%7D%7D")),
            data({"data": {"genes": [1]}}, f"{AT}/search?query=BRCA1+mutation"),
            data({"data": {"a": True}}, API, **sent_json({"query": "mutation{a}"})),
        ),
    ),
    "graphql-console": Cases(
        noticed=(
            page(
                '<div id="graphiql"></div><script src="/graphiql.min.js"></script>',
                f"{AT}/graphiql",
            ),
            page("<script>GraphQLPlayground.init(root, {endpoint: '/graphql'})</script>", API),
            page(
                "<script>new window.EmbeddedSandbox({target: '#a', initialEndpoint: u})</script>",
                API,
            ),
            page("<script>AltairGraphQL.init({endpointURL: '/graphql'})</script>", f"{AT}/altair"),
            page(
                "<script>const fetcher = GraphiQL.createFetcher({url: '/graphql'});</script>",
                f"{AT}/graphql",
            ),
        ),
        silent=(
            page(
                "<p>GraphiQL is a handy GraphQL playground for the browser.</p>",
                f"{AT}/blog/graphiql",
            ),
            page("<script>GraphQLPlayground.init(root)</script>", API, status=403),
            exchange(f"{AT}/graphiql.min.js", "GraphiQL.createFetcher=function(){}", SCRIPT),
            page(
                '<script>window.landingPage = "{}"</script><p>GraphQL endpoint of the shop</p>', API
            ),
            data({"errors": [{"message": "GET query missing."}]}, API, status=400),
        ),
    ),
}
