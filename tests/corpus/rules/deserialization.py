"""Serialized objects in the hands of the client."""

from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    data,
    page,
    sent_json,
)

JAVA = "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA"
PHP = 'O:4:"User":1:{s:4:"name";s:4:"anna";}'

TABLE: Table = {
    "serialized-object": Cases(
        noticed=(
            page(sent={"Cookie": f"prefs={JAVA}"}),
            page(form=f"state={JAVA}"),
            page(got={"Set-Cookie": f"state={JAVA}; Path=/"}),
            data({}, **sent_json({"state": PHP})),
            data({}, **sent_json({"$type": "System.IO.FileInfo, System.IO"})),
            page(form="rO0", form_type="application/x-java-serialized-object"),
        ),
        silent=(
            page(sent={"Cookie": "prefs=eyJ0aGVtZSI6ImRhcmsifQ"}),
            page(form="state=a:b:c"),
            data({}, **sent_json({"$type": "a"})),
        ),
    ),
}
