"""What a scenario file may say: models, loading, faults with their place, durations and rates."""
