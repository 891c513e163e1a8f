"""Commands and questions by name: one, many lines, or files of rows; and the histories that they leave."""
