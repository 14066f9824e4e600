"""The pages about people: for coordinators the records, for everybody their own."""
