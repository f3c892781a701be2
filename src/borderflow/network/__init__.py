"""Scenario + plan → arrays: what receives the households."""
