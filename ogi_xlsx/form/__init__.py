"""What the form is: its rule language, editions, layout, checks and the words it speaks. Imports nothing of ours."""
