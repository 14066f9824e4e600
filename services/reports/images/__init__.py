"""Pictures in reports: checked by their bytes, freed of what they tell beside the picture, described in words."""
