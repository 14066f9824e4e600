"""The Book of Good Practices: what frames its chapters; the practices themselves are kept beside it."""

from services.reports.templates.domain import PlannedSection, Template

BOOK = Template(
    kind="book-of-good-practices",
    title={
        "pl": "Księga dobrych praktyk",
        "en": "Book of Good Practices",
        "be": "Кніга добрых практык",
        "uk": "Книга добрих практик",
        "ru": "Книга хороших практик",
    },
    sections=(
        PlannedSection(
            key="foreword",
            title={"pl": "Przedmowa", "en": "Foreword", "be": "Прадмова", "uk": "Передмова", "ru": "Предисловие"},
            guidance={
                "pl": "Dlaczego powstała ta księga i dla kogo.",
                "en": "Why this book was made, and for whom.",
                "be": "Навошта зроблена гэтая кніга і для каго.",
                "uk": "Навіщо створено цю книгу і для кого.",
                "ru": "Зачем сделана эта книга и для кого.",
            },
        ),
        PlannedSection(
            key="patronage",
            title={
                "pl": "Patronat honorowy",
                "en": "Honorary patronage",
                "be": "Ганаровы патранат",
                "uk": "Почесний патронат",
                "ru": "Почётный патронаж",
            },
            guidance={
                "pl": "Kto objął księgę patronatem i jego słowo do czytelników.",
                "en": "Who is the patron of the book, and their word to the readers.",
                "be": "Хто ўзяў кнігу пад патранат, і слова да чытачоў.",
                "uk": "Хто взяв книгу під патронат, і слово до читачів.",
                "ru": "Кто взял книгу под патронаж, и слово к читателям.",
            },
        ),
        PlannedSection(
            key="how-it-was-made",
            title={
                "pl": "Jak powstała księga",
                "en": "How the book was made",
                "be": "Як рабілася кніга",
                "uk": "Як створювалася книга",
                "ru": "Как делалась книга",
            },
            guidance={
                "pl": "Kogo pytano, ilu odpowiedziało, jak wybierano praktyki.",
                "en": "Who was asked, how many answered, how the practices were chosen.",
                "be": "Каго пыталі, колькі адказала, як выбіралі практыкі.",
                "uk": "Кого питали, скільки відповіли, як обирали практики.",
                "ru": "Кого спрашивали, сколько ответило, как выбирали практики.",
            },
        ),
        PlannedSection(
            key="conclusions",
            title={"pl": "Wnioski", "en": "Conclusions", "be": "Высновы", "uk": "Висновки", "ru": "Выводы"},
            guidance={
                "pl": "Czego potrzeba najpilniej i co warto powtórzyć gdzie indziej.",
                "en": "What is needed most urgently, and what is worth doing elsewhere.",
                "be": "Што найбольш патрэбна і што варта паўтарыць у іншых месцах.",
                "uk": "Що найбільш потрібне і що варто повторити в інших місцях.",
                "ru": "Что нужнее всего и что стоит повторить в других местах.",
            },
        ),
    ),
)
