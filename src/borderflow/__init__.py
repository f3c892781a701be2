"""borderflow: people and supplies at a border reception operation, simulated."""
