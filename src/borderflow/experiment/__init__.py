"""Replications, workers, the results store, comparing plans."""
