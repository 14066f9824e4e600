"""The pages on which a report's texts are written: a section, its revisions and comments, the report's pictures."""
