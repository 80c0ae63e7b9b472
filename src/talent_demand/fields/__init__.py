"""What a posting says of pay and in which language, read from its text."""
