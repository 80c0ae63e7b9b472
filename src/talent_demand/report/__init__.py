"""Charts and the report, drawn from the marts: Python reads, draws and words what SQL has worked out."""
