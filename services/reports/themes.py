"""The six themes of the monitoring reports, by name in each language."""

from typing import get_args

from shared.events.reports import Theme
from shared.model import Language

THEMES: tuple[Theme, ...] = get_args(Theme)

THEME_NAMES: dict[Theme, dict[Language, str]] = {
    "media-freedom": {
        "pl": "Wolność mediów",
        "en": "Media freedom",
        "be": "Свабода медыя",
        "uk": "Свобода медіа",
        "ru": "Свобода средств массовой информации",
    },
    "freedom-of-association": {
        "pl": "Wolność zrzeszania się",
        "en": "Freedom of association",
        "be": "Свабода аб’яднанняў",
        "uk": "Свобода об’єднань",
        "ru": "Свобода объединений",
    },
    "freedom-of-assembly": {
        "pl": "Wolność zgromadzeń",
        "en": "Freedom of assembly",
        "be": "Свабода сходаў",
        "uk": "Свобода зібрань",
        "ru": "Свобода собраний",
    },
    "political-persecution": {
        "pl": "Prześladowania polityczne i arbitralne zatrzymania",
        "en": "Political persecution and arbitrary detentions",
        "be": "Палітычны пераслед і адвольныя затрыманні",
        "uk": "Політичні переслідування та свавільні затримання",
        "ru": "Политические преследования и произвольные задержания",
    },
    "repression-of-activists": {
        "pl": "Represje wobec działaczy obywatelskich",
        "en": "Repression of civic activists",
        "be": "Рэпрэсіі супраць грамадскіх актывістаў",
        "uk": "Репресії проти громадських активістів",
        "ru": "Репрессии против гражданских активистов",
    },
    "economic-liberalisation": {
        "pl": "Liberalizacja gospodarcza",
        "en": "Economic liberalisation",
        "be": "Эканамічная лібералізацыя",
        "uk": "Економічна лібералізація",
        "ru": "Экономическая либерализация",
    },
}
