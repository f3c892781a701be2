"""The world of one replication: all its tables, handed from function to function as one address.

Numba would hand over every table of a tuple by value, with seven numbers each, at every call, and look at each access
whether a row is counted from the end: that made the engine slow to compile and slow to run. So the world is a type of
its own, an address of (address, length) of each table, and so is a table: the place of that pair. A row is found by its
number from 0 and by no other. See "Low-level extension API" in Numba's documentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from borderflow.engine.compiled.ground import set_aside
from borderflow.engine.compiled.records import TABLES, WHOLE, Rows

WORDS = 2
"""Numbers that are kept of a table: where it begins, and how many rows it has."""


class World:
    """Everything that the engine reads and writes: an attribute for each of ``TABLES``.

    Each is given as it stands, or as a number of rows that are set aside for it and that the run writes before it
    reads them.
    """

    def __init__(self, **tables: Rows | int) -> None:
        if more := tables.keys() - TABLES:
            raise AssertionError(f"tables that no engine knows: {', '.join(sorted(more))}")
        rows = {name: (table, TABLES[name]) for name, table in tables.items() if isinstance(table, int)}
        tables |= dict(zip(rows, set_aside(*rows.values()), strict=True))
        words = []
        for name, kind in TABLES.items():
            table = np.require(tables[name], dtype=kind, requirements=["C", "A", "W"])
            if table.ndim != 1:
                raise AssertionError(f"the table '{name}' has another shape: {table.shape}")
            words += [table.ctypes.data, len(table)]
            setattr(self, name, table)
        self._words = np.array(words, dtype=np.int64)
        self.address: int = self._words.ctypes.data

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


if TYPE_CHECKING:
    WORLD: Any

    def fetch(table: Rows, number: int) -> None:
        """Have the processor fetch a row that will soon be asked for; the row need not be there."""

else:
    import operator

    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.core.typing import signature
    from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_global
    from numba.extending import (
        NativeValue,
        infer_getattr,
        intrinsic,
        lower_builtin,
        lower_getattr_generic,
        lower_setattr_generic,
        models,
        register_model,
        typeof_impl,
        unbox,
    )

    WORD, POINTER = ir.IntType(64), ir.IntType(64).as_pointer()

    class WorldType(types.Type):
        """What Numba takes a world for."""

        def __init__(self):
            super().__init__(name="borderflow world")

    class RowType(types.Type):
        """A row: where it stands. Its whole numbers are of 64 bits once they are read, however narrow they are kept."""

        def __init__(self, name, kind):
            self.kind = kind
            super().__init__(name=f"borderflow row of {name}")

    class TableType(types.Type):
        """What Numba takes a table for: all of one kind of rows are of one type."""

        def __init__(self, name, kind):
            self.kind = kind
            self.row = types.intp if kind == WHOLE else RowType(name, kind)
            super().__init__(name=f"borderflow table of {name}")

    WORLD = WorldType()
    PLACES = {name: place for place, name in enumerate(TABLES)}
    KINDS = {kind: TableType(name, kind) for name, kind in reversed(TABLES.items())}

    @typeof_impl.register(World)
    def _typeof(value, context):
        return WORLD

    @register_model(WorldType)
    @register_model(RowType)
    @register_model(TableType)
    class _Model(models.PrimitiveModel):
        def __init__(self, manager, kind):
            super().__init__(manager, kind, POINTER)

    @unbox(WorldType)
    def _unbox(kind, value, c):
        address = c.pyapi.object_getattr_string(value, "address")
        pointer = c.pyapi.long_as_voidptr(address)
        c.pyapi.decref(address)
        return NativeValue(c.builder.bitcast(pointer, POINTER))

    @infer_getattr
    class _Tables(AttributeTemplate):
        key = WorldType

        def generic_resolve(self, kind, name):
            return KINDS.get(TABLES.get(name))

    @infer_getattr
    class _Fields(AttributeTemplate):
        key = RowType

        def generic_resolve(self, row, name):
            if name not in row.kind.names:
                return None
            return types.float64 if row.kind[name].kind == "f" else types.intp

    @infer_global(operator.getitem)
    class _Row(AbstractTemplate):
        def generic(self, args, kws):
            table, number = args
            if isinstance(table, TableType) and isinstance(number, types.Integer):
                return signature(table.row, table, types.intp)
            return None

    @infer_global(operator.setitem)
    class _SetRow(AbstractTemplate):
        def generic(self, args, kws):
            table, number, _ = args
            if isinstance(table, TableType) and isinstance(number, types.Integer):
                return signature(types.none, table, types.intp, table.row)
            return None

    @infer_global(len)
    class _Length(AbstractTemplate):
        def generic(self, args, kws):
            return signature(types.intp, *args) if isinstance(args[0], TableType) else None

    @lower_getattr_generic(WorldType)
    def _table(context, builder, kind, value, name):
        return builder.gep(value, [ir.Constant(WORD, WORDS * PLACES[name])])

    def _word(builder, table, number):
        """Where a table begins, or its length. Both stay as they are as long as the world does."""
        found = builder.load(builder.gep(table, [ir.Constant(WORD, number)]))
        found.set_metadata("invariant.load", builder.module.add_metadata([]))
        return found

    def _place(builder, kind, table, number, inbounds=True):
        """Where a row stands, or would stand."""
        rows = ir.ArrayType(ir.IntType(8), kind.kind.itemsize).as_pointer()
        return builder.gep(builder.inttoptr(_word(builder, table, 0), rows), [number], inbounds=inbounds)

    @lower_builtin(operator.getitem, TableType, types.intp)
    def _get(context, builder, sig, args):
        place = builder.bitcast(_place(builder, sig.args[0], *args), POINTER)
        return builder.load(place) if sig.return_type == types.intp else place

    @lower_builtin(operator.setitem, TableType, types.intp, types.Any)
    def _set(context, builder, sig, args):
        kind, _, row = sig.args
        place = builder.bitcast(_place(builder, kind, *args[:2]), POINTER)
        if row == types.intp:
            builder.store(args[2], place)
        else:
            cgutils.raw_memcpy(builder, place, args[2], ir.Constant(WORD, kind.kind.itemsize), 1)

    @lower_builtin(len, TableType)
    def _length(context, builder, sig, args):
        return _word(builder, args[0], 1)

    def _field(builder, kind, row, name):
        """The place of a field, and its type."""
        field, offset = kind.kind.fields[name]
        found = ir.DoubleType() if field.kind == "f" else ir.IntType(8 * field.itemsize)
        start = builder.bitcast(row, ir.IntType(8).as_pointer())
        return builder.bitcast(builder.gep(start, [ir.Constant(WORD, offset)]), found.as_pointer()), field

    @lower_getattr_generic(RowType)
    def _read(context, builder, kind, row, name):
        place, field = _field(builder, kind, row, name)
        value = builder.load(place)
        if field.kind == "f" or field.itemsize == WHOLE.itemsize:
            return value
        return builder.zext(value, WORD) if field.kind == "u" else builder.sext(value, WORD)

    @lower_setattr_generic(RowType)
    def _write(context, builder, sig, args, name):
        (kind, _), (row, value) = sig.args, args
        place, field = _field(builder, kind, row, name)
        narrow = field.kind != "f" and field.itemsize < WHOLE.itemsize
        builder.store(builder.trunc(value, place.type.pointee) if narrow else value, place)

    @intrinsic
    def fetch(typing, table, number):
        def ask(context, builder, sig, args):
            pointer, whole = ir.IntType(8).as_pointer(), ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [pointer, whole, whole, whole])
            prefetch = builder.module.declare_intrinsic("llvm.prefetch", [pointer], kind)
            place = builder.bitcast(_place(builder, sig.args[0], *args, inbounds=False), pointer)
            builder.call(prefetch, [place, *(ir.Constant(whole, number) for number in (0, 3, 1))])  # to read, and keep
            return context.get_dummy_value()

        return signature(types.none, table, types.intp), ask
