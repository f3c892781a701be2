"""Charts and tables for people: views of the result tables."""
