"""Reading, comparing and drawing chronologies: plain functions of plain values, without the database."""
