"""Files of postings in, rows of raw.job_postings out."""
