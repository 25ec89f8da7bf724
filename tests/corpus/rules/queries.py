"""Operators of query languages from clients, and errors of LDAP and XPath."""

from urllib.parse import quote

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import TEXT, Cases, Table, data, exchange, page, sent_json

LOGIN = "https://shop.example/login"
TOKEN = {"token": "k3" * 20}
ID = {"Set-Cookie": "connect.sid=s%3A5c1de7f0a94b.Qm9; Path=/; HttpOnly"}
NOT_NULL = {"email": "anna@mail.example", "password": {"$ne": None}}
ROWS = [{"id": n, "name": f"Wool socks {n}", "price": 7} for n in range(3)]
FILTER = "https://dir.example/people?uid="
NAMING = "javax.naming.directory.InvalidSearchFilterException: Unbalanced parenthesis"


def asked(value: str, text: str, status: int = 500) -> Exchange:
    return exchange(FILTER + quote(value, safe=""), text, TEXT, status=status)


TABLE: Table = {
    "nosql-operator-input": Cases(
        noticed=(
            data(TOKEN, LOGIN, **sent_json(NOT_NULL)),
            exchange(
                LOGIN, form="user[$ne]=x&password[$ne]=x", status=302, got=ID | {"Location": "/"}
            ),
            exchange(LOGIN, form="username=admin&password%5B%24gt%5D=", status=302, got=ID),
            data(ROWS, **sent_json({"resetToken": {"$regex": "^a"}})),
            data(ROWS, "https://shop.example/users?username[$ne]=null"),
            data(ROWS, "https://shop.example/api/stalls?draft[$ne]=x"),
            data(ROWS, **sent_json({"$where": "this.price > 0 || true"})),
        ),
        silent=(
            data({"error": "invalid"}, LOGIN, status=400, **sent_json(NOT_NULL)),
            data(ROWS, "https://api.shop.example/products?price[$gt]=18&$limit=10"),
            data(ROWS, "https://cms.example/api/posts?filters[title][$eq]=wool"),
            data(ROWS, **sent_json({"where": {"price": {"$gt": 18}}})),
            data(TOKEN, LOGIN, **sent_json({"email": "a@mail.example", "password": "$ne{x}"})),
            data([], "https://shop.example/users?username=$ne"),
            data([], "https://shop.example/api/stalls?draft[$ne]=x"),
            data(ROWS, "https://api.shop.example/orders?deleted[$ne]=true&shipped[$ne]=null"),
            data(ROWS, "https://odata.example/People?$filter=Name%20ne%20null&$top=2"),
        ),
    ),
    "orm-filter-parameters": Cases(
        noticed=(
            data(ROWS, "https://shop.example/api/posts?author__password__startswith=pbkdf2"),
            data(ROWS, "https://shop.example/users?q[reset_password_token_start]=a"),
            data(ROWS, "https://shop.example/users?q%5Bapi_key_cont%5D=a"),
            data(ROWS, "https://shop.example/u?filter[author][resetToken][startsWith]=06"),
            page("<li>Anna</li>", "https://shop.example/people/?user__api_key__regex=%5Ea"),
        ),
        silent=(
            data(ROWS, "https://shop.example/api/posts?title__startswith=wool"),
            data({"x": 1}, "https://shop.example/api/p?password__startswith=a", status=400),
            data(ROWS, "https://shop.example/users?q[name_cont]=anna"),
            data(ROWS, "https://shop.example/users?password=abc&filter[name]=x"),
            data(ROWS, "https://shop.example/users?filter[passwordChanged][gt]=2026"),
        ),
    ),
    "ldap-error": Cases(
        noticed=(
            asked("anna)(", NAMING),
            asked("anna", NAMING),
            page("<b>Warning</b>: ldap_search(): Search: Bad search filter", FILTER + "a%29"),
            asked("x", "80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext", 401),
            data({"error": "ldap3.core.exceptions.LDAPInvalidFilterError"}, status=500),
        ),
        silent=(
            asked("anna)(", "The name has characters that are not allowed", 400),
            page("<h1>Solving LDAP: error code 49</h1>"),
            page("<h1>Solving LDAP: error code 49</h1>", "https://wiki.example/ldap?lang=en"),
            data({"error": "The LDAP server is not reachable"}, status=503),
            asked("LDAP: error code 49", "No article on LDAP: error code 49", 404),
        ),
    ),
    "xpath-error": Cases(
        noticed=(
            asked("o'", "System.Xml.XPath.XPathException: This is an unclosed string."),
            page("<b>Warning</b>: SimpleXMLElement::xpath(): xmlXPathEval: x", FILTER + "a%27"),
            data({"error": "lxml.etree.XPathEvalError: Invalid predicate"}, status=500),
            asked("a]", "javax.xml.xpath.XPathExpressionException: Expected ]"),
            asked("anna", "Nokogiri::XML::XPath::SyntaxError: ERROR: Invalid expression"),
        ),
        silent=(
            asked("o'", "No such person", 404),
            page("<p>How to avoid System.Xml.XPath.XPathException</p>"),
            page("<p>XPathException explained</p>", "https://wiki.example/xpath?page=2"),
            data({"error": "xpath is a required member"}, status=400),
            asked("XPathException", "Nothing on XPathException", 404),
        ),
    ),
}
