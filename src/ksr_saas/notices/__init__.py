"""What a city says and shows of itself: its look, news, questions, files and texts of its own."""
