"""The register of reported facts: load, check, select."""
