"""The briefing: three short sections for somebody who decides soon."""

from services.reports.templates.domain import PlannedSection, Template

BRIEFING = Template(
    kind="briefing",
    title={
        "pl": "Nota informacyjna",
        "en": "Briefing",
        "be": "Інфармацыйная нататка",
        "uk": "Інформаційна довідка",
        "ru": "Информационная записка",
    },
    sections=(
        PlannedSection(
            key="what-happened",
            title={
                "pl": "Co się stało",
                "en": "What happened",
                "be": "Што здарылася",
                "uk": "Що сталося",
                "ru": "Что произошло",
            },
            guidance={
                "pl": "Fakty z datami i miejscami; skąd o nich wiadomo.",
                "en": "The facts with their days and places; how they are known.",
                "be": "Факты з датамі і месцамі; адкуль пра іх вядома.",
                "uk": "Факти з датами й місцями; звідки про них відомо.",
                "ru": "Факты с датами и местами; откуда о них известно.",
            },
        ),
        PlannedSection(
            key="what-it-means",
            title={
                "pl": "Co to znaczy",
                "en": "What it means",
                "be": "Што гэта значыць",
                "uk": "Що це означає",
                "ru": "Что это значит",
            },
            guidance={
                "pl": "Jak się to ma do prawa, do wcześniejszych raportów i do zobowiązań.",
                "en": "How it compares with the law, with earlier reports and with commitments made.",
                "be": "Як гэта суадносіцца з правам, з ранейшымі справаздачамі і з абавязацельствамі.",
                "uk": "Як це співвідноситься з правом, з попередніми звітами та із зобов’язаннями.",
                "ru": "Как это соотносится с правом, с прежними докладами и с обязательствами.",
            },
        ),
        PlannedSection(
            key="recommendations",
            title={
                "pl": "Zalecenia",
                "en": "Recommendations",
                "be": "Рэкамендацыі",
                "uk": "Рекомендації",
                "ru": "Рекомендации",
            },
            guidance={
                "pl": "Kto co powinien zrobić i do kiedy.",
                "en": "Who should do what, and until when.",
                "be": "Хто, што і да якога часу павінен зрабіць.",
                "uk": "Хто, що і до якого часу має зробити.",
                "ru": "Кто, что и до какого срока должен сделать.",
            },
        ),
    ),
)
