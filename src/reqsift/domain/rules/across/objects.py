"""One private object and who gets it."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.inputs import inputs_of
from reqsift.domain.rules.access import OWNED
from reqsift.domain.rules.across.form import (
    MOST_MEMBERS,
    CaptureRule,
    Names,
    Sight,
    Story,
    Tracker,
    numbers,
)
from reqsift.domain.rules.across.people import OWN, by_person, came_from_cache, credential
from reqsift.domain.rules.signals import personal, private_data, site
from reqsift.domain.sightings import Seen, digest
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, URL, View

_DOMAIN = re.compile(r"@[\w-]{1,63}\.[A-Za-z][\w.-]{1,20}")
_LOCAL = re.compile(r"[\w.+-]{1,64}\Z")
_VARYING = re.compile(
    r"request.?id|trace|time|date|nonce|csrf|token|expires|generated|server|etag|_at\Z|At\Z",
    re.IGNORECASE,
)
_MOST_VALUES = 200
_IDENTIFIER = re.compile(r"(?:^|[_-])(?:id|uuid|no|number|ref)\Z|(?:Id|ID)\Z", re.IGNORECASE)
_OBJECT = re.compile(r"/(?!v\d+\Z)[\w.-]{0,60}\d[\w-]{0,60}\Z|/[0-9a-f-]{32,36}(?:/|\Z)|/\d+/")
_FRESH = re.compile(
    r"^(?:_|ts|t|time|format|lang|locale|timestamp|nocache|cachebuster|cb|v|rnd)\Z", re.IGNORECASE
)


def _content(view: View) -> str:
    """A digest of what the answer says, without what differs from answer to answer."""
    if view.is_json:
        values = _own_values(view.response_json) or sorted(set(_leaves(view.response_json)))
        return digest(*values) if values else ""
    own = site(view.url.host)
    found = set(_addresses(view.body))
    # An address of the site itself stands in the foot of every page.
    others = sorted(address for address in found if site(address.rpartition("@")[2]) != own)
    return digest(*others) if others else ""


def _own_values(parsed: object) -> list[str]:
    """What an object says of itself; around it an answer may hold links, notices and the like."""
    inner = parsed.get("data") if isinstance(parsed, dict) else None
    own = inner if isinstance(inner, dict) else parsed
    if not isinstance(own, dict):
        return []
    values = [
        f"{name}={value}"[:200]
        for name, value in islice(own.items(), _MOST_VALUES)
        if isinstance(value, str | int | float) and not _varies(name)
    ]
    return sorted(values) if len(values) > 1 else []


def _addresses(text: str) -> Iterator[str]:
    """From each `@` outwards: a pattern that began with the name would stop at every word."""
    for domain in islice(_DOMAIN.finditer(text), _MOST_VALUES):
        local = _LOCAL.search(text, max(0, domain.start() - 64), domain.start())
        if local:
            yield local.group() + domain.group()


def _leaves(parsed: object) -> Iterator[str]:
    for _, name, value in inputs_of(RESPONSE_BODY, (), parsed):
        if value not in {"", "true", "false"} and not _varies(name):
            yield f"{name}={value}"[:200]


@lru_cache(maxsize=2048)
def _varies(name: str) -> bool:
    return _VARYING.search(name) is not None


def _names_an_object(view: View) -> bool:
    path = view.url.path
    if OWN.search(path.lower()):
        return False
    return _OBJECT.search(path) is not None or any(
        _IDENTIFIER.search(name) and value for name, value in view.query
    )


def _sight_objects(view: View) -> Iterator[Sight]:
    if view.request.method != "GET" or view.status != 200 or not (view.is_json or view.is_html):
        return
    private = private_data(view) or personal(view)
    content = _content(view) if private else ""
    if private is None or not content:
        return
    query = sorted(f"{name}={value}" for name, value in view.query if not _FRESH.match(name))
    cached = came_from_cache(view)
    yield Sight(
        key=digest(view.url.host, view.url.path, *query),
        facts=(
            credential(view),
            content,
            "cached" if cached else "",
            "object" if _names_an_object(view) else "",
        ),
        evidence=(view.whole(URL), private, *((cached,) if cached else ())),
    )


OBJECTS = Tracker(kind="object", sight=_sight_objects)


def _judge_shared(seen: Sequence[Seen], names: Names) -> Iterator[Story]:
    by_content: dict[str, list[Seen]] = {}
    for one in seen:
        by_content.setdefault(one.facts[1], []).append(one)
    for same in by_content.values():
        if any(not one.facts[0] for one in same):
            continue  # whoever asks gets it; that is another story
        fresh = [one for one in same if one.facts[3] and not one.facts[2]]
        people = by_person(fresh, names)
        if len(people) > 1:
            named = all(one.facts[0] in names for one in fresh)
            # Who got it first is taken for its owner.
            owner = next(these for these in people if fresh[0] in these)
            yield Story(
                members=[one for one in fresh if one not in owner][:MOST_MEMBERS],
                kind="served-to-several",
                proof=75 if named else 60,
                detail=f"{len(people)} different logins got the same data: {numbers(fresh)}.",
            )


SHARED_OBJECT = CaptureRule(
    id="object-served-to-several-users",
    type=FindingType.IDOR,
    severity=Severity.HIGH,
    title="Different users get the same private object",
    description="The address names one object with private data, and the server gave it to more "
    "than one login, so it seems not to ask whose it is.",
    remediation="Look objects up through their owner: "
    "`SELECT * FROM orders WHERE id = ? AND owner_id = ?`, and answer 404 to everybody else.",
    fixes=OWNED,
    cwe=639,
    owasp=("A01:2021", "API1:2023"),
    references=("OWASP Insecure Direct Object Reference Prevention Cheat Sheet",),
    silent="It may be a false alarm where several people are meant to share the object, such as a "
    "customer and the support, or where one person has two logins.",
    tracker=OBJECTS,
    judge=_judge_shared,
)


def _judge_open(seen: Sequence[Seen], _: Names) -> Iterator[Story]:
    known = {one.facts[1]: one for one in seen if one.facts[0]}
    anonymous = [
        one for one in seen if not one.facts[0] and not one.facts[2] and one.facts[1] in known
    ]
    if anonymous:
        twin = known[anonymous[0].facts[1]]
        yield Story(
            members=anonymous[:MOST_MEMBERS],
            kind="unauthenticated-twin",
            proof=82,
            detail=f"Request {numbers([twin])} asked for the same with a login and "
            "got the same private data.",
        )


OPEN_TWIN = CaptureRule(
    id="unauthenticated-twin",
    type=FindingType.BROKEN_ACCESS_CONTROL,
    severity=Severity.HIGH,
    title="Private data is given without the login that others send",
    description="The application asks with a login here, yet the server answers the same to "
    "a request without any.",
    remediation="Check the login on the server for every request, before any data is looked up; "
    "refuse with 401 otherwise.",
    fixes={
        Stack.DJANGO: "`@login_required`, or `permission_classes = [IsAuthenticated]`.",
        Stack.EXPRESS: "`app.use('/api', requireLogin);` before the routes.",
        Stack.SPRING: "`.authorizeHttpRequests(a -> a.anyRequest().authenticated())`.",
        Stack.LARAVEL: "`Route::middleware('auth')->group(...)`.",
        Stack.ASP_NET: "`[Authorize]` on the controller.",
        Stack.RAILS: "`before_action :authenticate_user!`.",
    },
    cwe=306,
    owasp=("A01:2021", "API2:2023"),
    references=("OWASP Authorization Cheat Sheet",),
    silent="It stays silent where the answers differ, and where a shared cache answered.",
    tracker=OBJECTS,
    judge=_judge_open,
)


def _judge_cached(seen: Sequence[Seen], names: Names) -> Iterator[Story]:
    first: dict[str, Seen] = {}
    for one in seen:
        owner = first.setdefault(one.facts[1], one)
        if one.facts[2] and owner.facts[0] and len(by_person([owner, one], names)) > 1:
            yield Story(
                members=[one],
                kind="private-from-shared-cache",
                proof=88,
                detail=f"Request {numbers([owner])}, of another login, got the "
                "same private data first.",
            )
            return


SHARED_CACHE = CaptureRule(
    id="private-answer-from-shared-cache",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Shared cache gives one user's data to another",
    description="A cache between the users and the server kept a private answer and gave it to "
    "somebody else.",
    remediation="Send `Cache-Control: private, no-store` with personal answers, and let the cache "
    "pass requests that carry a login.",
    fixes={
        Stack.DJANGO: "`@cache_control(private=True, no_store=True)`.",
        Stack.EXPRESS: "`res.set('Cache-Control', 'private, no-store')`.",
        Stack.NGINX: "`proxy_cache_bypass $cookie_session $http_authorization;`.",
    },
    cwe=524,
    owasp=("A04:2021", "API8:2023"),
    references=("RFC 9111", "OWASP Session Management Cheat Sheet"),
    silent="It stays silent where the one who gets the kept answer is the one who got it first.",
    tracker=OBJECTS,
    judge=_judge_cached,
)
