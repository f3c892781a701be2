"""The world of one replication: all its tables, handed from function to function as one address.

Numba would hand over every table of a tuple by value, with seven numbers each, at every call: that made the engine
slow to compile and slow to run. So the world is a type of its own, an address of (address, length) of each table, from
which a function reads those that it uses. See "Low-level extension API" in Numba's documentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from borderflow.engine.compiled.records import TABLES, Rows

WORDS = 2
"""Numbers that are kept of a table: where it begins, and how many rows it has."""


class World:
    """Everything that the engine reads and writes: an attribute for each of ``TABLES``."""

    def __init__(self, **tables: Rows) -> None:
        words = []
        for name, (kind, columns) in TABLES.items():
            table = np.require(tables.pop(name), dtype=kind, requirements=["C", "A", "W"])
            if table.ndim != (2 if columns else 1) or (columns and table.shape[1] != columns):
                raise AssertionError(f"the table '{name}' has another shape: {table.shape}")
            words += [table.ctypes.data, len(table)]
            setattr(self, name, table)
        if tables:
            raise AssertionError(f"tables that no engine knows: {', '.join(tables)}")
        self._words = np.array(words, dtype=np.int64)
        self.address: int = self._words.ctypes.data

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


if TYPE_CHECKING:
    WORLD: Any
else:
    from llvmlite import ir
    from numba import from_dtype, types
    from numba.core import cgutils
    from numba.core.typing.templates import AttributeTemplate
    from numba.extending import (
        NativeValue,
        infer_getattr,
        lower_getattr_generic,
        models,
        register_model,
        typeof_impl,
        unbox,
    )

    class WorldType(types.Type):
        """What Numba takes a world for."""

        def __init__(self):
            super().__init__(name="borderflow world")

    WORLD = WorldType()
    PLACES = {name: place for place, name in enumerate(TABLES)}
    ARRAYS = {name: types.Array(from_dtype(kind), 2 if columns else 1, "C") for name, (kind, columns) in TABLES.items()}

    @typeof_impl.register(World)
    def _typeof(value, context):
        return WORLD

    @register_model(WorldType)
    class _Model(models.PrimitiveModel):
        def __init__(self, manager, kind):
            super().__init__(manager, kind, ir.IntType(64).as_pointer())

    @unbox(WorldType)
    def _unbox(kind, value, c):
        address = c.pyapi.object_getattr_string(value, "address")
        pointer = c.pyapi.long_as_voidptr(address)
        c.pyapi.decref(address)
        return NativeValue(c.builder.bitcast(pointer, ir.IntType(64).as_pointer()))

    @infer_getattr
    class _Tables(AttributeTemplate):
        key = WorldType

        def generic_resolve(self, kind, name):
            return ARRAYS.get(name)

    @lower_getattr_generic(WorldType)
    def _table(context, builder, kind, value, name):
        """An array of Numba's from its address and length. Both stay as they are as long as the world does."""
        kind, columns = ARRAYS[name], TABLES[name][1]
        word, fixed = ir.IntType(64), builder.module.add_metadata([])
        known = []
        for number in range(WORDS):
            place = builder.gep(value, [ir.Constant(word, WORDS * PLACES[name] + number)])
            known.append(builder.load(place))
            known[-1].set_metadata("invariant.load", fixed)
        address, rows = known
        size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
        array = context.make_array(kind)(context, builder)
        shape = [rows] + ([ir.Constant(word, columns)] if columns else [])
        strides = ([ir.Constant(word, columns * size)] if columns else []) + [ir.Constant(word, size)]
        array.data = builder.inttoptr(address, array.data.type)
        array.shape = cgutils.pack_array(builder, shape, word)
        array.strides = cgutils.pack_array(builder, strides, word)
        array.nitems = builder.mul(rows, ir.Constant(word, columns or 1))
        array.itemsize = ir.Constant(word, size)
        array.meminfo, array.parent = (cgutils.get_null_value(part.type) for part in (array.meminfo, array.parent))
        return array._getvalue()
