"""The order of events, the SimPy model, the journal. No randomness."""
