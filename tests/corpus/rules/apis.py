"""Old versions, descriptions, sources and whole tables."""

import json

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    HTML,
    SCRIPT,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    page,
)

AT = "https://api.shop.example"
TOKEN = {"Authorization": "Bearer f81c0a97d52e4b6e"}
OPENAPI = {"openapi": "3.0.3", "info": {"title": "Shop"}, "paths": {"/orders": {"get": {}}}}
SWAGGER = {"swagger": "2.0", "info": {"title": "Shop"}, "paths": {"/orders": {"get": {}}}}
YAML = "openapi: 3.1.0\ninfo:\n  title: Shop\npaths:\n  /orders: {}\n"
FIRST = (
    "Anna",
    "Ben",
    "Carla",
    "David",
    "Elif",
    "Finn",
    "Greta",
    "Hugo",
    "Ida",
    "Jan",
    "Kim",
    "Leo",
)
PEOPLE = [
    {
        "id": n,
        "firstName": name,
        "lastName": "Berg",
        "email": f"{name.lower()}@mail.example",
        "phone": f"+49 30 55512{n:02}",
        "birthDate": f"19{70 + n}-03-0{n % 9 + 1}",
    }
    for n, name in enumerate(FIRST)
]
STORES = [
    {
        "id": n,
        "name": f"Shop {n}",
        "email": f"store{n}@shop.example",
        "phone": f"+49 30 5550{n:03}",
        "street": f"Lane {n}",
        "opening": "Mo-Sa 9-18",
    }
    for n in range(30)
]
REVIEWS = [
    {"id": n, "firstName": name, "text": "Warm and soft socks, I like them", "hasEmail": True}
    for n, name in enumerate(FIRST)
]
MASKED = [
    {**one, "email": "a***@mail.example", "phone": "**** 12", "birthDate": None} for one in PEOPLE
]


def mapped(sources: list[str], path: str = "/assets/app-4f1c.js.map", **more: str) -> Exchange:
    held = {
        "version": 3,
        "sources": sources,
        "sourcesContent": ["export const a = 1"] * len(sources),
    }
    return exchange(
        f"https://shop.example{path}",
        json.dumps({**held, "mappings": "AAAA", **more}),
        "application/json",
    )


TABLE: Table = {
    "deprecated-api-version": Cases(
        noticed=(
            data({"id": 1}, f"{AT}/v1/orders", got={"Deprecation": "@1688169599"}),
            data({"id": 1}, f"{AT}/v1/orders", got={"Sunset": "Sat, 31 Dec 2025 23:59:59 GMT"}),
            data({"id": 1}, got={"Warning": '299 - "extensions/v1beta1 Ingress is deprecated"'}),
            data([], f"{AT}/rest/2/search", got={"Deprecation": "true", "Link": "<v2>"}),
        ),
        silent=(
            data({"id": 1}, f"{AT}/v2/orders", got={"Deprecation": "false"}),
            data({"error": "gone"}, f"{AT}/v1/orders", status=410, got={"Deprecation": "true"}),
            data({"id": 1}, got={"Warning": '110 - "Response is Stale"'}),
            data({"id": 1}, got={"Warning": '299 - "Rate limit is near"'}),
            data({"deprecated": True, "sunset": "20:14"}, f"{AT}/v1/weather"),
        ),
    ),
    "bulk-personal-data": Cases(
        noticed=(
            data(
                {"hits": {"hits": [{"_index": "people", "_source": one} for one in PEOPLE[:3]]}},
                f"{AT}/people/_search?size=3",
            ),
            data(PEOPLE, f"{AT}/users"),
            data({"data": PEOPLE, "total": 5120}, f"{AT}/v1/customers", sent=TOKEN),
            data(
                {"data": {"users": {"edges": [{"node": one} for one in PEOPLE]}}}, f"{AT}/graphql"
            ),
            data({"hits": {"hits": [{"_source": one} for one in PEOPLE]}}, f"{AT}/people/_search"),
        ),
        silent=(
            data(
                {"hits": {"hits": [{"_index": "people", "_source": one} for one in PEOPLE[:3]]}},
                f"{AT}/people/_search?size=3",
                sent=TOKEN,
            ),
            data(PEOPLE[:6], f"{AT}/users"),
            data(STORES, f"{AT}/stores"),
            data(REVIEWS, f"{AT}/reviews"),
            data({"data": MASKED}, f"{AT}/v1/customers"),
            data([{"id": one["id"], "email": one["email"]} for one in PEOPLE], f"{AT}/members"),
            data(PEOPLE, f"{AT}/users", status=403),
        ),
    ),
    "api-documentation-open": Cases(
        noticed=(
            data(OPENAPI, f"{AT}/openapi.json"),
            data(SWAGGER, f"{AT}/v2/api-docs"),
            exchange(f"{AT}/openapi.yaml", YAML, "application/yaml"),
            page(
                "<script>const ui = SwaggerUIBundle({url: '/openapi.json'})</script>", f"{AT}/docs"
            ),
            page("<redoc spec-url='/openapi.json'></redoc>", f"{AT}/redoc"),
        ),
        silent=(
            data(OPENAPI, "https://docs.shop.example/openapi.json"),
            data(OPENAPI, f"{AT}/openapi.json", sent=TOKEN),
            data({"detail": "Not authenticated"}, f"{AT}/openapi.json", status=401),
            data({"openapi": "3.0.3"}, f"{AT}/status"),
            page("<p>We publish our API with Swagger UI and Redoc.</p>", f"{AT}/blog"),
            exchange(f"{AT}/notes.txt", "See openapi: 3.0 and paths: below", TEXT),
            exchange(f"{AT}/swagger-ui-bundle.js", "SwaggerUIBundle(", SCRIPT),
        ),
    ),
    "source-map-exposed": Cases(
        noticed=(
            mapped(["../../src/cart.ts", "../../src/login.ts"]),
            mapped(["webpack://shop/./src/App.vue"], "/js/app.7f3a91c2.js.map"),
            mapped(
                ["../node_modules/lodash/a.js", "../src/admin/users.tsx"], "/static/main.js.map"
            ),
            exchange(
                "https://shop.example/_nuxt/entry.mjs.map",
                '{"version":3,"sources":["pages/index.vue"],"sourcesContent":["<template>"],"mappings":""}',
                "application/octet-stream",
            ),
        ),
        silent=(
            mapped(["../../scss/_root.scss"], "/css/app.css.map"),
            mapped(["../../js/src/alert.js"], "/js/bootstrap.bundle.min.js.map"),
            mapped(["../node_modules/react/index.js"], "/assets/chunk-91.js.map"),
            exchange(
                "https://shop.example/app.js.map",
                '{"version":3,"sources":["a.ts"],"mappings":"AAAA"}',
                "application/json",
            ),
            exchange("https://shop.example/app.js.map", "<h1>Not here</h1>", HTML, status=404),
            exchange("https://shop.example/app.js.map", '<div id="root"></div>', HTML),
        ),
    ),
}
