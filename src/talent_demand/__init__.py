"""The project's Python: readers of files, the matcher, demo postings, publishing, the report."""
