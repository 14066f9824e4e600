"""Places: countries, regions (ISO 3166-2) and the communes of Poland (TERYT), under the names people give them."""
