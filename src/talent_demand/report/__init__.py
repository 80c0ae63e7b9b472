"""Charts and the report, drawn from the marts."""
