"""The library: what readers find of the published reports, by words and by what they are about."""
