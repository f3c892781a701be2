"""Journal → indicators, daily and stock series; the indicator registry."""
