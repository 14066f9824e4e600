"""The agenda: sessions with their times, tracks, rooms, speakers and translations, and who changed what."""
