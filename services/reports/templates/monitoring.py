"""The monitoring report: six sections, one for each theme agreed in Warsaw in October 2008."""

from services.reports.templates.domain import PlannedSection, Template
from services.reports.themes import THEME_NAMES, THEMES
from shared.events.reports import Theme
from shared.model import Language

GUIDANCE: dict[Theme, dict[Language, str]] = {
    "media-freedom": {
        "pl": "Rejestracja i zamykanie redakcji, druk i kolportaż, akredytacje, procesy dziennikarzy, dostęp do sieci.",
        "en": "Newsrooms registered and closed, printing and distribution, accreditation, journalists on trial, "
        "access to the net.",
        "be": "Рэгістрацыя і закрыццё рэдакцый, друк і распаўсюд, акрэдытацыя, суды над журналістамі, доступ у сеціва.",
        "uk": "Реєстрація та закриття редакцій, друк і розповсюдження, акредитація, суди над журналістами, "
        "доступ до мережі.",
        "ru": "Регистрация и закрытие редакций, печать и распространение, аккредитация, суды над журналистами, "
        "доступ в сеть.",
    },
    "freedom-of-association": {
        "pl": "Rejestracja i likwidacja organizacji, siedziby, kary za działanie bez rejestracji, finansowanie.",
        "en": "Organisations registered and dissolved, premises, penalties for acting unregistered, funding.",
        "be": "Рэгістрацыя і ліквідацыя арганізацый, памяшканні, пакаранне за дзейнасць без рэгістрацыі, фінансаванне.",
        "uk": "Реєстрація та ліквідація організацій, приміщення, покарання за діяльність без реєстрації, фінансування.",
        "ru": "Регистрация и ликвидация организаций, помещения, наказание за деятельность без регистрации, "
        "финансирование.",
    },
    "freedom-of-assembly": {
        "pl": "Zgłoszenia i odmowy, przebieg zgromadzeń, użycie siły, zatrzymania i kary uczestników.",
        "en": "Notices given and refused, how assemblies went, force used, participants detained and fined.",
        "be": "Заяўкі і адмовы, ход сходаў, ужыванне сілы, затрыманні і пакаранні ўдзельнікаў.",
        "uk": "Повідомлення й відмови, перебіг зібрань, застосування сили, затримання й покарання учасників.",
        "ru": "Уведомления и отказы, ход собраний, применение силы, задержания и наказания участников.",
    },
    "political-persecution": {
        "pl": "Sprawy karne i administracyjne, warunki zatrzymania, dostęp do obrońcy, wyroki, zwolnienia.",
        "en": "Criminal and administrative cases, conditions of detention, access to counsel, sentences, releases.",
        "be": "Крымінальныя і адміністрацыйныя справы, умовы зняволення, доступ да абаронцы, прысуды, вызваленні.",
        "uk": "Кримінальні й адміністративні справи, умови утримання, доступ до захисника, вироки, звільнення.",
        "ru": "Уголовные и административные дела, условия содержания, доступ к защитнику, приговоры, освобождения.",
    },
    "repression-of-activists": {
        "pl": "Zwolnienia z pracy i uczelni, przeszukania, zakazy wyjazdu, ostrzeżenia, naciski na rodziny.",
        "en": "Dismissals from work and university, searches, travel bans, warnings, pressure on families.",
        "be": "Звальненні з працы і адлічэнні з ВНУ, ператрусы, забароны на выезд, папярэджанні, ціск на сем’і.",
        "uk": "Звільнення з роботи та відрахування, обшуки, заборони на виїзд, попередження, тиск на родини.",
        "ru": "Увольнения и отчисления, обыски, запреты на выезд, предупреждения, давление на семьи.",
    },
    "economic-liberalisation": {
        "pl": "Prawo własności i przedsiębiorczości, kontrole i licencje, ceny i waluta, prywatyzacja.",
        "en": "The law of property and enterprise, inspections and licences, prices and currency, privatisation.",
        "be": "Права ўласнасці і прадпрымальніцтва, праверкі і ліцэнзіі, цэны і валюта, прыватызацыя.",
        "uk": "Право власності й підприємництва, перевірки та ліцензії, ціни й валюта, приватизація.",
        "ru": "Право собственности и предпринимательства, проверки и лицензии, цены и валюта, приватизация.",
    },
}

MONITORING_REPORT = Template(
    kind="monitoring-report",
    title={
        "pl": "Raport z monitoringu",
        "en": "Monitoring report",
        "be": "Маніторынгавая справаздача",
        "uk": "Моніторинговий звіт",
        "ru": "Мониторинговый доклад",
    },
    sections=tuple(PlannedSection(key=theme, title=THEME_NAMES[theme], guidance=GUIDANCE[theme]) for theme in THEMES),
)
