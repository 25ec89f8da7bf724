"""Input that changes the filter of a directory."""

from urllib.parse import quote

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import JSON, TEXT, Cases, Table, exchange

ENTRIES = '[{"dn": "cn=Eva,ou=staff,o=x"}, {"dn": "cn=Max,ou=staff,o=x"}]'


def looked_up(value: str, text: str, kind: str = TEXT, status: int = 200) -> Exchange:
    url = f"https://intra.example/people?name={quote(value, safe='')}"
    return exchange(url, text, kind, status=status)


TABLE: Table = {
    "ldap-filter-changed": Cases(
        noticed=(
            looked_up("x)(mail=*", "Query: (&(cn=x)(mail=*)(active=1))"),
            looked_up("*)(|(cn=*", '{"ldap": "(cn=*)(|(cn=*)"}', JSON),
            looked_up("a)(&(x=y", "bad filter (|(sn=a)(&(x=y)(sn=b))", status=500),
            looked_up("*)(objectClass=person", ENTRIES, JSON),
            looked_up("x*)(uid=*", "search (&(objectClass=user)(cn=*x*)(uid=*))"),
        ),
        silent=(
            looked_up("x)(mail=*", "Nobody is called x)(mail=*"),
            looked_up("x)(mail=*", r"Query: (&(cn=x\29\28mail=\2a)(active=1))"),
            looked_up("Eva (Sales)", "Query: (&(cn=Eva (Sales))(active=1))"),
            looked_up("Eva", ENTRIES, JSON),
            looked_up("*)(|(cn=*", "[]", JSON),
        ),
    ),
}
