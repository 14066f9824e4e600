"""The pages of organisations: searched, shown, written, reviewed after imports, merged and told apart."""
