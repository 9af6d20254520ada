"""How it is told: text for people, data for programs."""
