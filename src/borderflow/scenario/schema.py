"""The JSON Schema (2020-12) of scenario files, for editors: what may stand where, with what it means.

It says what the models say, so that an editor completes and marks words while they are written. What needs the whole
scenario (names that refer to each other, dates, units that have to agree) is found by ``borderflow check`` alone.
A word that is required is asked for in a file with a ``name`` that extends nothing; others may hold a part.
"""

from __future__ import annotations

import inspect
import json
from functools import cache
from typing import Any

from borderflow.scenario.kinds import (
    DATE,
    Anything,
    Block,
    ByDate,
    Choice,
    Either,
    Flag,
    Kind,
    Listing,
    Number,
    Shape,
    Table,
    Text,
    default,
    words,
)
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.spread import Size, Spread
from borderflow.scenario.words import Words

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE = "scenario.schema.json"
ONE_KIND = (Spread, Size)
"""Blocks of which exactly one word is written."""

SOURCES: dict[str, dict[str, Any]] = {
    "evidence": {
        "description": "ids of the evidence register that the value rests on",
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "minLength": 1},
        "examples": [["SC05", "SC06"]],
    },
    "assumed": {
        "description": "why the value is assumed",
        "type": "string",
        "pattern": r"\S",
        "examples": ["no desk count was published"],
    },
    "calibrated": {
        "description": "the fit that the value comes from",
        "type": "string",
        "pattern": r"\S",
        "examples": ["phase1-2023"],
    },
    "range": {
        "description": "the low and the high end of where the truth may lie, in the unit of the value",
        "type": "array",
        "minItems": 2,
        "maxItems": 2,
        "items": {"type": ["number", "string"]},
        "examples": [[20, 60]],
    },
}
EXTENDS = {
    "description": "the file, or files, that this one builds on, by paths from its own folder; what stands here wins",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}},
    ],
    "examples": ["parts/reception-2023.yaml"],
}


def schema_text() -> str:
    """The schema as a file: the same bytes every time."""
    return json.dumps(schema(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def schema() -> dict[str, Any]:
    """The schema of a scenario file, or of a part that scenarios extend."""
    writer = _Writer()
    root = writer.block(Scenario)
    properties = {**root["properties"], "extends": EXTENDS}
    for word in SOURCES:
        del properties[word]
    whole = {"required": _required(Scenario), "properties": _whole_words(Scenario)}
    return {
        "$schema": DIALECT,
        "title": "Scenario of borderflow",
        "description": told(Scenario),
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "if": {"required": ["name"], "not": {"required": ["extends"]}},
        "then": whole,
        "$defs": {label: writer.definitions[label] for label in sorted(writer.definitions)},
    }


def told(model: type[Words]) -> str:
    """What a block says of itself, on one line."""
    return " ".join((inspect.getdoc(model) or "").replace("``", "`").split())


def label(shape: Shape) -> str:
    """The name of a shape among the definitions."""
    match shape:
        case Kind(name=name):
            return name.replace(" ", "_")
        case Block(model=model):
            return model.__name__
        case Either(bare=bare, block=block):
            return f"{block.model.__name__}_or_{label(bare)}"
        case Listing(item=item):
            return f"list_of_{label(item)}"
        case Table(key=key, item=item):
            return f"{label(item)}_by_{label(key)}"
        case ByDate(item=item):
            return f"{label(item)}_by_date"
        case Number(whole=whole, bounds=bounds):
            return "_".join(["whole_number" if whole else "number", *(f"{word}_{bound:g}" for word, bound in bounds)])
        case Choice(words=chosen):
            return "_or_".join(map(str, chosen))
        case _:
            return type(shape).__name__.lower()


def listed_blocks() -> set[type[Words]]:
    """Blocks that stand in lists only and have no name to be merged by: they are whole in every file."""
    found: set[type[Words]] = set()
    for _, (_, shape) in (pair for model in blocks() for pair in words(model).items()):
        if isinstance(shape, Listing) and isinstance(shape.item, Block) and "phase" not in words(shape.item.model):
            found.add(shape.item.model)
    return found


@cache
def blocks() -> tuple[type[Words], ...]:
    """Every block of a scenario, outer ones first, in the order of their words."""
    found: list[type[Words]] = [Scenario]
    for model in found:
        for _, shape in words(model).values():
            found += [inner for inner in models_in(shape) if inner not in found]
    return tuple(found)


def models_in(shape: Shape) -> list[type[Words]]:
    """The blocks that a shape leads to at once."""
    match shape:
        case Block(model=model):
            return [model]
        case Either(block=block):
            return [block.model]
        case Listing(item=item) | Table(item=item) | ByDate(item=item):
            return models_in(item)
        case _:
            return []


class _Writer:
    """Collects the definitions that the schema refers to."""

    def __init__(self) -> None:
        self.definitions: dict[str, Any] = {word: SOURCES[word] for word in SOURCES}

    def block(self, model: type[Words]) -> dict[str, Any]:
        """The schema of a block of words."""
        properties: dict[str, Any] = {}
        for word, (field, shape) in words(model).items():
            said: dict[str, Any] = {"description": field.description or ""}
            value = default(field, shape)
            if value is not None:
                said["default"] = value
            if examples := list(field.examples or examples_of(shape)):
                said["examples"] = examples
            properties[word] = {**said, "$ref": f"#/$defs/{self.sourced(shape)}"}
        properties |= {word: {"$ref": f"#/$defs/{word}"} for word in SOURCES}
        found = {"description": told(model), "type": "object", "properties": properties, "additionalProperties": False}
        if model in listed_blocks() and (required := _required(model)):
            found["required"] = required
        if model in ONE_KIND:
            found["oneOf"] = [{"required": [word]} for word in words(model)]
        return found

    def sourced(self, shape: Shape) -> str:
        """The definition of a value, bare or with its source, or null to take out what an extended file says."""
        key = f"value.{label(shape)}"
        if key not in self.definitions:
            bare = {"$ref": f"#/$defs/{self.bare(shape)}"}
            with_source = {
                "description": "a value with its source",
                "type": "object",
                "properties": {"value": bare, **{word: {"$ref": f"#/$defs/{word}"} for word in SOURCES}},
                "required": ["value"],
                "additionalProperties": False,
            }
            self.definitions[key] = {"anyOf": [bare, with_source, {"type": "null"}]}
        return key

    def bare(self, shape: Shape) -> str:
        """The definition of a value without its source."""
        key = label(shape)
        if key not in self.definitions:
            self.definitions[key] = {}
            self.definitions[key] = self.of(shape)
        return key

    def of(self, shape: Shape) -> dict[str, Any]:
        """The schema of a value without its source."""
        match shape:
            case Kind(says=says, schema=own, examples=examples):
                return {"description": says, **own, "examples": list(examples)}
            case Number(whole=whole, bounds=bounds):
                return {"type": "integer" if whole else "number", **dict(bounds)}
            case Choice(words=chosen):
                return {"enum": list(chosen)}
            case Flag():
                return {"type": "boolean"}
            case Text():
                return {"type": "string"}
            case Block(model=model):
                return self.block(model)
            case Either(bare=bare, block=block):
                return {"anyOf": [{"$ref": f"#/$defs/{self.bare(one)}"} for one in (bare, block)]}
            case Listing(item=item):
                return {"type": "array", "items": {"$ref": f"#/$defs/{self.sourced(item)}"}}
            case Table(key=key, item=item):
                return self.table(self.names(key), item)
            case ByDate(item=item):
                dated = {**self.table(DATE.schema, item), "minProperties": 1}
                return {"anyOf": [{"$ref": f"#/$defs/{self.bare(item)}"}, dated]}
            case Anything():
                return {"type": ["number", "string", "boolean", "object", "array"]}

    def table(self, names: Any, item: Shape) -> dict[str, Any]:
        """A block of names; its source may stand among them."""
        return {
            "type": "object",
            "properties": {word: {"$ref": f"#/$defs/{word}"} for word in SOURCES},
            "propertyNames": {"anyOf": [names, {"enum": list(SOURCES)}]},
            "additionalProperties": {"$ref": f"#/$defs/{self.sourced(item)}"},
        }

    def names(self, key: Shape) -> dict[str, Any]:
        """The schema of the names of a block; JSON knows them as text only."""
        match key:
            case Number(whole=True, bounds=bounds):
                limits = dict(bounds)
                return {"enum": [str(one) for one in range(int(limits["minimum"]), int(limits["maximum"]) + 1)]}
            case _:
                return self.of(key)


def examples_of(shape: Shape) -> tuple[Any, ...]:
    """The examples of a quantity, by whichever block it stands in."""
    match shape:
        case Kind(examples=examples):
            return examples
        case ByDate(item=item):
            return examples_of(item)
        case Either(bare=bare):
            return examples_of(bare)
        case _:
            return ()


def _required(model: type[Words]) -> list[str]:
    return [word for word, (field, _) in words(model).items() if field.is_required()]


def _whole_words(model: type[Words]) -> dict[str, Any]:
    """What the words of a whole block require in turn."""
    asked = {word: _whole(shape) for word, (_, shape) in words(model).items()}
    return {word: one for word, one in asked.items() if one}


def _whole(shape: Shape) -> dict[str, Any]:
    """What a value of a whole scenario requires beyond its definition; empty where it is nothing."""
    match shape:
        case Block(model=model) if model not in listed_blocks():
            required, inside = _required(model), _whole_words(model)
            if not required and not inside:
                return {}
            then = {**({"required": required} if required else {}), **({"properties": inside} if inside else {})}
            return {"if": {"type": "object", "not": {"required": ["value"]}}, "then": then}
        case Either(block=block):
            return _whole(block)
        case Listing(item=item) if inside := _whole(item):
            return {"items": inside}
        case Table(item=item) if inside := _whole(item):
            return {"additionalProperties": inside}
        case _:
            return {}
