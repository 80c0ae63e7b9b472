"""Which skills a text mentions, and the words that say so."""
