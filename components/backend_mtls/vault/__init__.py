"""What can be known of a Key Vault without asking it: names, and what an answer means. Pure."""
