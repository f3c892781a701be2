"""The compiled engine: the SimPy model's rules over arrays, event for event."""
