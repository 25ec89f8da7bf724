"""What the scripted model knows by sight."""

import re
from typing import NamedTuple

from reqsift.domain.findings import FindingType, Severity


class Sign(NamedTuple):
    """One kind of weakness, as it shows in a part of an exchange."""

    part: str
    """Or the beginning of its name."""
    pattern: re.Pattern[str]
    type: FindingType
    severity: Severity
    cwe: int
    title: str


SIGNS = (
    Sign(
        "response.body",
        re.compile(
            r"Traceback \(most recent call last\)"
            r"|\bat [\w.$]{3,80}\([\w.]{1,40}:\d{1,5}\)"
            r"|\bat [\w.]{1,40} \(/[^\s()]{3,90}:\d{1,5}:\d{1,5}\)"
        ),
        FindingType.INFO_DISCLOSURE,
        Severity.MEDIUM,
        209,
        "A stack trace shows how the server is built",
    ),
    Sign(
        "response.body",
        re.compile(
            r"SQLSTATE\[\w{5}\]|You have an error in your SQL syntax|ORA-\d{5}"
            r"|syntax error at or near|unrecognized token|psycopg2\.errors\.\w{1,40}"
        ),
        FindingType.SQL_INJECTION,
        Severity.HIGH,
        89,
        "The database complains about what was sent",
    ),
    Sign(
        "request.body",
        re.compile(r'"(?:role|isAdmin|is_admin)"\s{0,3}:\s{0,3}(?:"admin"|true)'),
        FindingType.MASS_ASSIGNMENT,
        Severity.HIGH,
        915,
        "The client says which role it has",
    ),
    Sign(
        "request.body",
        re.compile(r'"(?:unitPrice|price|total|shippingCost)"\s{0,3}:\s{0,3}\d{1,9}(?:\.\d{1,2})?'),
        FindingType.BUSINESS_LOGIC,
        Severity.HIGH,
        840,
        "The client says what it pays",
    ),
    Sign(
        "request.body",
        re.compile(r'"quantity"\s{0,3}:\s{0,3}-\d{1,6}'),
        FindingType.BUSINESS_LOGIC,
        Severity.HIGH,
        840,
        "A negative quantity is sent",
    ),
    Sign(
        "request.body",
        re.compile(r"\b__(?:schema|type)\b"),
        FindingType.SECURITY_MISCONFIGURATION,
        Severity.LOW,
        200,
        "GraphQL tells its schema",
    ),
    Sign(
        "request.url",
        re.compile(r"[?&]debug=(?:true|1)\b"),
        FindingType.SECURITY_MISCONFIGURATION,
        Severity.LOW,
        489,
        "The client can turn debugging on",
    ),
    Sign(
        "request.url",
        re.compile(r"(?:\.\.(?:/|%2F|%5C)){1,9}", re.IGNORECASE),
        FindingType.PATH_TRAVERSAL,
        Severity.HIGH,
        22,
        "A file name of the client climbs out of its folder",
    ),
    Sign(
        "request.url",
        re.compile(r"[?&](?:next|to|url|return)=(?:https?(?::|%3A)|//)[^&\s]{3,80}", re.IGNORECASE),
        FindingType.OPEN_REDIRECT,
        Severity.MEDIUM,
        601,
        "The client says where it is sent",
    ),
    Sign(
        "response.headers[",
        re.compile(r"\b10\.\d{1,3}\.\d{1,3}\.\d{1,3}:\d{2,5}"),
        FindingType.INFO_DISCLOSURE,
        Severity.LOW,
        200,
        "A header tells an internal address",
    ),
    Sign(
        "response.body",
        re.compile(r"\b(?:10\.\d{1,3}|192\.168)\.\d{1,3}\.\d{1,3}\b|[\w-]{1,40}\.corp\.internal"),
        FindingType.INFO_DISCLOSURE,
        Severity.LOW,
        200,
        "An answer tells an internal address",
    ),
    Sign(
        "response.body",
        re.compile(r'"(?:passwordHash|purchasePrice|internalNote|riskScore)"'),
        FindingType.BROKEN_ACCESS_CONTROL,
        Severity.MEDIUM,
        213,
        "An answer holds what only the shop should see",
    ),
    Sign(
        "response.body",
        re.compile(r'"(?:ownerId|customerId)"\s{0,3}:\s{0,3}\d{1,9}'),
        FindingType.IDOR,
        Severity.MEDIUM,
        639,
        "An object tells whose it is, and is fetched by its number",
    ),
    Sign(
        "response.body",
        re.compile(r"(?:no such|unknown) (?:user|account)", re.IGNORECASE),
        FindingType.AUTHENTICATION,
        Severity.LOW,
        204,
        "The answer tells whether an account exists",
    ),
)
