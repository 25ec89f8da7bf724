"""The catalogue of models as files: ours in the package, and one of the user."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, cast

import msgspec
from msgspec import Meta

from reqsift.domain.catalogue import (
    CAREFUL_CONTEXT,
    CAREFUL_OUTPUT,
    Catalogue,
    ModelCard,
    Price,
    Provider,
    Tier,
)
from reqsift.domain.errors import InvalidSetting

_OURS = Path(__file__).with_name("catalogue.toml")

_Dollars = Annotated[float, Meta(ge=0, le=1_000_000)]
_Factor = Annotated[float, Meta(gt=0, le=1)]
_Surcharge = Annotated[float, Meta(ge=1, le=1_000)]
_Count = Annotated[int, Meta(gt=0, le=1_000_000_000)]
_Id = Annotated[str, Meta(pattern=r"^[!-~]{1,200}$")]
_Alias = Annotated[str, Meta(pattern=r"^(?!(?:offline|auto)$)[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]

_Table = Mapping[str, Any]


class _Price(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    input: _Dollars
    output: _Dollars
    cache_write: _Dollars | None = None
    cache_read: _Dollars | None = None
    batch: _Factor = 1.0
    long_above: _Count | None = None
    long_input: _Surcharge = 1.0
    long_output: _Surcharge = 1.0


class _Model(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    id: _Id
    provider: Provider
    aliases: tuple[_Alias, ...] = ()
    title: str = ""
    price: _Price | None = None
    context: _Count = CAREFUL_CONTEXT
    most_output: _Count = CAREFUL_OUTPUT
    least_cached: _Count | None = None
    json_schema: bool = True
    tools: bool = True
    batches: bool = False
    fixed_sampling: bool = False
    thinks: bool = False
    retired_on: date | None = None
    successor: _Id | None = None
    tier: Tier | None = None
    as_of: date | None = None
    source: str = ""
    base_url: str | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    models: tuple[_Model, ...] = ()


def load(user_file: Path | None) -> Catalogue:
    """Read our models and those of the user.

    Args:
        user_file: A TOML file with `[[models]]` in the form of ours. A model that we know too,
            by provider and id, needs only what differs.

    Raises:
        InvalidSetting: The user's file cannot be read, or says what makes no sense.
    """
    ours = _tables(_OURS)
    cards = _cards(_OURS, ours)
    if user_file is None:
        return Catalogue(cards)
    known = {_key(table): table for table in ours}
    theirs = _tables(user_file)
    merged = [_merged(known.get(_key(table), {}), table) for table in theirs]
    named = (
        card if card.source else replace(card, source=user_file.name)
        for card in _cards(user_file, merged)
    )
    return Catalogue((*named, *cards))


def _merged(ours: _Table, theirs: _Table) -> _Table:
    """What the user says, then what we know, except where and when we looked it up."""
    rest = {name: value for name, value in ours.items() if name not in {"as_of", "source"}}
    return {**rest, **theirs}


def _key(table: _Table) -> tuple[object, object]:
    return table.get("provider"), table.get("id")


def _tables(file: Path) -> list[_Table]:
    try:
        parsed = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidSetting(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise InvalidSetting(f"{file} is no TOML: {error}.") from None
    _convert(
        file, parsed
    )  # before anything is merged: mistakes are told by their place in the file
    return cast("list[_Table]", parsed.get("models", []))


def _cards(file: Path, tables: list[_Table]) -> list[ModelCard]:
    return [_card(model) for model in _convert(file, {"models": tables}).models]


def _convert(file: Path, parsed: object) -> _File:
    try:
        return msgspec.convert(parsed, _File)
    except msgspec.ValidationError as error:
        what = str(error).replace("`$.", "`")
        raise InvalidSetting(f"{file} makes no sense: {what}.") from None


def _card(model: _Model) -> ModelCard:
    facts = msgspec.structs.asdict(model)
    price = None if model.price is None else Price(**msgspec.structs.asdict(model.price))
    return ModelCard(**{**facts, "title": model.title or model.id, "price": price})
