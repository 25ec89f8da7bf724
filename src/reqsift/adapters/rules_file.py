"""The user's wishes for the offline rules: a YAML file."""

import re
from pathlib import Path
from typing import Annotated

import msgspec
import yaml  # type: ignore[import-untyped]

from reqsift.adapters.patterns import UserPattern
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rulebook import AS_THEY_ARE, Condition, OwnRule, Rulebook, rules_of

_LARGEST_FILE = 1024 * 1024
_PARTS = re.compile(
    r"request\.(?:url|body|headers\[[^\]\s]{1,100}\])|response\.(?:status|body|headers\[[^\]\s]{1,100}\])"
)
_BOOL = "tag:yaml.org,2002:bool"
_NOT_RESOLVED = {_BOOL, "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:merge"}

_Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
_Text = Annotated[str, msgspec.Meta(max_length=2000)]
_Regex = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class _When(msgspec.Struct, forbid_unknown_fields=True):
    part: str
    matches: _Regex = ""
    absent: bool = False


class _Own(msgspec.Struct, forbid_unknown_fields=True):
    id: _Id
    title: _Line
    when: Annotated[list[_When], msgspec.Meta(min_length=1, max_length=10)]
    type: FindingType = FindingType.OTHER
    severity: Severity = Severity.MEDIUM
    proof: Annotated[int, msgspec.Meta(ge=1, le=99)] = 70
    description: _Text = ""
    remediation: _Text = ""
    cwe: Annotated[int, msgspec.Meta(ge=0, le=9999)] = 0


class _File(msgspec.Struct, forbid_unknown_fields=True):
    off: list[str] = []
    severities: dict[str, Severity] = {}
    rules: Annotated[list[_Own], msgspec.Meta(max_length=200)] = []


class _Yaml(yaml.SafeLoader):  # type: ignore[misc]
    """YAML as people mean it: `off` is a word, no truth value, and nothing stands for another."""

    yaml_implicit_resolvers = {  # noqa: RUF012 -- the base class's own attribute
        first: [(tag, pattern) for tag, pattern in known if tag not in _NOT_RESOLVED]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: object, index: object) -> object:
        """Refuse aliases: a few lines of them can stand for more than any memory holds."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not allowed", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> object:  # noqa: FBT001, FBT002 -- the base class's signature
        """Refuse a key that stands twice; of two, the first would count for nothing."""
        names: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in names:
                is_word = isinstance(key, yaml.ScalarNode)
                problem = f"{key.value!r} stands there twice" if is_word else "a key must be a word"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            names.add(key.value)
        return super().construct_mapping(node, deep)


_Yaml.add_implicit_resolver(_BOOL, re.compile(r"(?:true|false)\Z"), ["t", "f"])


def read_rulebook(path: Path, *, required: bool = False) -> Rulebook:
    """The user's file; everything as it is where there is none, unless it is `required`.

    Raises:
        InvalidSetting: It cannot be read, or something in it makes no sense.
    """
    try:
        given = msgspec.convert(_content(path), _File)
    except FileNotFoundError:
        if required:
            raise InvalidSetting(f"There is no file {path}.") from None
        return AS_THEY_ARE
    except msgspec.ValidationError as error:
        raise InvalidSetting(f"{path}: {error}.") from error
    book = Rulebook(
        off=frozenset(given.off),
        severities=given.severities,
        own=tuple(_own(path, one) for one in given.rules),
    )
    try:
        rules_of(book, UserPattern)
    except InvalidSetting as error:
        raise InvalidSetting(f"{path}: {error}") from error
    return book


def _content(path: Path) -> object:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
        if len(content) > _LARGEST_FILE:
            raise InvalidSetting(f"{path} is larger than 1 MiB.")
        given = yaml.load(content.decode("utf-8"), Loader=_Yaml)  # noqa: S506 -- a safe loader
    except FileNotFoundError:
        raise
    except yaml.MarkedYAMLError as error:
        where = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InvalidSetting(f"{path}{where}: {error.problem}.") from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise InvalidSetting(f"{path} is no YAML file: {type(error).__name__}.") from error
    except OSError as error:
        raise InvalidSetting(f"{path} cannot be read: {error.strerror or error}.") from error
    return {} if given is None else given


def _own(path: Path, given: _Own) -> OwnRule:
    for each in given.when:
        if not _PARTS.fullmatch(each.part):
            raise InvalidSetting(
                f"{path}: rule {given.id!r}: {each.part!r} is no part; there are request.url, "
                "request.body, request.headers[name], response.status, response.headers[name] and "
                "response.body."
            )
    return OwnRule(
        id=given.id,
        title=given.title,
        type=given.type,
        severity=given.severity,
        proof=given.proof,
        description=given.description,
        remediation=given.remediation,
        cwe=given.cwe,
        conditions=tuple(
            Condition(part=each.part.lower(), pattern=each.matches, absent=each.absent)
            for each in given.when
        ),
    )
