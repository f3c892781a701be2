"""What validation finds, in a planner's words and at its place in the file."""

from __future__ import annotations

import types
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from borderflow.scenario.faults import Fault, listed, near, shown
from borderflow.scenario.scenario import FORMAT
from borderflow.scenario.tree import Node, children, fault
from borderflow.scenario.words import ALWAYS, Dated, Named, Words

_Known = dict[int, dict[object, tuple[str, Node]]]
"""What stands in the blocks that were looked into, by the identity of the block: many faults lie in few blocks."""
_WRONG = {
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "int_parsing": "write a whole number",
    "float_type": "write a number",
    "string_type": "write text; a number or true/false needs quotes to be text",
    "bool_type": "write true or false",
    "model_type": "a block of words must stand here",
    "model_attributes_type": "a block of words must stand here",
    "dict_type": "a block of names must stand here",
    "tuple_type": "a list must stand here",
    "list_type": "a list must stand here",
    "finite_number": "must be finite",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
}


def translated(error: ValidationError, root: Node, model: Any, base: str = "") -> list[Fault]:
    """One fault per finding of pydantic, at its place in the tree, whose path is ``base``."""
    found = error.errors(include_url=False, include_input=False)
    known: _Known = {}
    return [_translated(one, root, model, base, known) for one in found]


def _translated(one: ErrorDetails, root: Node, model: Any, base: str, known: _Known) -> Fault:
    kind, steps = one["type"], [step for step in one["loc"] if step != ALWAYS]
    at_key = bool(steps) and steps[-1] == "[key]"
    if at_key:
        steps = steps[:-1]
    missing = steps.pop() if kind == "missing" else None
    node, path, parent, above = root, base, model, model
    for step in steps:
        inner = _below(node, path, step, known)
        if inner is None:
            break
        path, node = inner
        above, parent = parent, model_below(parent, step)
    context = one.get("ctx", {})
    if kind == "missing":
        return fault(node, path, f"the word '{missing}' is missing", got=False)
    if kind == "extra_forbidden":
        word = steps[-1]
        return fault(node, path, f"unknown word '{str(word)[:64]}'{_known(word, above)}", got=False, at_key=True)
    if kind == "literal_error":
        if path == "borderflow":
            newer = isinstance(node.value, int) and node.value > FORMAT
            message = f"made for a newer borderflow: this one reads format {FORMAT}" if newer else f"write {FORMAT}"
            return fault(node, path, message)
        wanted = choices(parent) if not at_key else choices(key_type(above))
        if at_key:
            word = str(steps[-1])[:64]
            hint = near(word, wanted) or f"; the words here are {listed(wanted, 'and')}"
            return fault(node, path, f"unknown word '{word}'{hint}", got=False, at_key=True)
        hint = near(node.value, wanted) if isinstance(node.value, str) else ""
        return fault(node, path, f"write {listed(wanted)}{hint}")
    if kind in ("value_error", "assertion_error"):
        bare = not isinstance(node.value, (dict, list))
        text = str(context.get("error", one["msg"]))
        if at_key:
            found = fault(node, path, text, got=False, at_key=True)
            return Fault(found.file, found.line, found.column, path, text, shown(str(steps[-1])))
        return fault(node, path, text, got=bare)
    template = _WRONG.get(kind)
    bounds = {
        word: "2^128" if bound == 2**128 else f"{bound:.10g}"
        for word, bound in context.items()
        if isinstance(bound, (int, float))
    }
    text = template.format(**bounds) if template else one["msg"]
    return fault(node, path, text, at_key=at_key, got=not at_key)


def _below(node: Node, path: str, step: object, known: _Known) -> tuple[str, Node] | None:
    """Path and node of what a step of a finding leads to, or None; pydantic may name a number by its text."""
    if id(node) not in known:
        inside = [(key, (under, item)) for under, key, item in children(node, path)]
        known[id(node)] = {**{str(key): one for key, one in inside}, **dict(inside)}
    return known[id(node)].get(step)


def _known(word: object, model: Any) -> str:
    words = words_of(model)
    if hint := near(word, words):
        return hint
    return f"; the words here are {listed(words, 'and')}" if 0 < len(words) <= 8 else ""


def words_of(model: Any) -> list[str]:
    """The words that a block may have."""
    kind = bare_type(model)
    if not (isinstance(kind, type) and issubclass(kind, Words)):
        return []
    return [field.alias or name for name, field in kind.model_fields.items()]


def bare_type(kind: Any) -> Any:
    """A type without ``Annotated`` and without ``None``."""
    while True:
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif get_origin(kind) in (Union, types.UnionType):
            kind = next((one for one in get_args(kind) if one is not type(None)), None)
        else:
            return kind


def model_below(model: Any, step: object) -> Any:
    """The type of what stands under a word, a name or an index of a block."""
    kind = bare_type(model)
    origin = get_origin(kind)
    if origin is Dated:
        inner = bare_type(get_args(kind)[0])
        dated = isinstance(step, str) and step[:4].isdigit() and step[4:5] == "-"
        return inner if dated else model_below(inner, step)
    if origin is Named or origin is tuple:
        return get_args(kind)[0]
    if origin is dict:
        return get_args(kind)[1]
    if isinstance(kind, type) and issubclass(kind, Words):
        for name, field in kind.model_fields.items():
            if (field.alias or name) == step:
                return field.annotation
    return None


def key_type(model: Any) -> Any:
    """The type of the names of a mapping."""
    kind = bare_type(model)
    return get_args(kind)[0] if get_origin(kind) is dict else None


def choices(kind: Any) -> tuple[Any, ...]:
    """What a literal type allows."""
    return get_args(bare_type(kind))
