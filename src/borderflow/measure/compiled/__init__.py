"""The tally in machine code: in one pass over the visits what NumPy counts in many."""
