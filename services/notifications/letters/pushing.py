"""What a push says: that something waits, and nothing of what or from whom."""

from services.notifications.letters.language import N_, translations
from shared.model import Language

WORDS = N_("A notice waits for your answer. Please look into your mail.")


def push_words(language: Language) -> str:
    """Return the words of a push."""
    return translations(language).gettext(WORDS)
