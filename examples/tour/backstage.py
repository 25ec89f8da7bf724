"""Behind the doors that are open, and before those that are shut."""

from urllib.parse import quote

from examples.shop.backstage import PARCELS, SAFE_TOOLS, TOOLS
from examples.shop.bank import FRESH
from examples.tour.tape import Sent, Tape, as_json

GRAPH, SAFE_GRAPH = "https://graph.example", "https://safe-graph.example"
DEPOT, SAFE_DEPOT = "https://depot.example", "https://safe-depot.example"
_AUTH = f"Bearer {FRESH}"


def record(tape: Tape) -> None:
    _graph(tape, GRAPH, weak=True)
    _graph(tape, SAFE_GRAPH, weak=False)
    _depot(tape, DEPOT, weak=True)
    _depot(tape, SAFE_DEPOT, weak=False)
    _tools(tape)


def _graph(tape: Tape, host: str, *, weak: bool) -> None:
    def said(*labels: str) -> tuple[str, ...]:
        return labels if weak else ()

    path = f"{host}/graphql"
    guesses = ", ".join(
        f'{{"query": "mutation {{ login(user: \\"anna\\", password: \\"{word}\\") {{ token }} }}"}}'
        for word in ("spring", "summer", "autumn", "winter", "heron", "teal", "kestrel", "robin")
    )
    batch = Sent("application/json", f"[{guesses}]".encode())
    tape.visit(f"POST {path}", *said("rate_limiting"), send=batch)
    broken = as_json(query='{ invoice(id: "R-7f3k") { total } }')
    tape.visit(f"POST {path}", *said("info_disclosure"), send=broken, authorization=_AUTH)
    close = quote("mutation { closeAccount { ok } }")
    tape.visit(f"GET {path}?query={close}", *said("csrf"), cookie=f"__Host-session={'9e4b' * 8}")
    schema = "query IntrospectionQuery { __schema { types { kind name fields { name } } } }"
    tape.visit(f"POST {path}", *said("info_disclosure"), send=as_json(query=schema))
    tape.visit(f"GET {host}/graphiql", *said("security_misconfiguration"))
    product = as_json(query='{ product(id: "7c1f") { id name } }')
    tape.visit(f"POST {path}", send=product, authorization=_AUTH)


def _depot(tape: Tape, host: str, *, weak: bool) -> None:
    def get(path: str, *labels: str) -> None:
        tape.visit(f"GET {host}{path}", *(labels if weak else ()), authorization=_AUTH)

    get("/v1/parcels?state=open", "security_misconfiguration")
    get("/v2/parcels?state=open")
    for number in ("70311", "70312", "70313", "70314") if weak else PARCELS:
        get(f"/v2/parcels/{number}", "hint:idor")
    tape.visit(f"GET {host}/", *(("info_disclosure",) if weak else ()))
    for path in ("/openapi.json", "/swagger-ui/"):
        tape.visit(f"GET {host}{path}", *(("security_misconfiguration",) if weak else ()))
    for name, *labels in (
        ("app.4c1d.js", "hint:info_disclosure"),
        ("app.4c1d.js.map", "info_disclosure"),
        ("settings.js", "info_disclosure"),
        ("npmrc.txt", "info_disclosure"),
        ("reports-account.json", "info_disclosure"),
        ("pay.js",),
    ):
        tape.visit(f"GET {host}/static/{name}", *(labels if weak else ()))


_FAULT = "security_misconfiguration"
_LABELS = {
    "db.shop.example": (_FAULT,),
    "ci.shop.example": (_FAULT, "broken_access_control", "likely:info_disclosure"),
    "logs.shop.example": (_FAULT, "likely:broken_access_control", "likely:info_disclosure"),
    "files.shop.example": ("info_disclosure",),
    "app.shop.example": ("info_disclosure", "likely:security_misconfiguration"),
}


def _tools(tape: Tape) -> None:
    for host, routes in {**TOOLS, **SAFE_TOOLS}.items():
        for route in routes:
            path = route.removeprefix("GET ")
            labels = () if path.endswith("health") else _LABELS.get(host, ())
            tape.visit(f"GET https://{host}{path}", *labels)
