"""Reports → levels of arrival with their uncertainty: the fit, its table, and how well it foretells."""
