"""The passive rules. `RULES` is the ordered list of all of them; to add one, add its line."""

from reqsift.domain.rules import headers
from reqsift.domain.rules.rule import Rule

RULES: tuple[Rule, ...] = (headers.MISSING_HSTS,)
