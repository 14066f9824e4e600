"""The pages of the registry: organisations, activities, people, imports."""
