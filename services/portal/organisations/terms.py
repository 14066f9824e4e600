"""The words for what the registry calls by codes in records of organisations."""

from services.portal.languages import N_

LEVELS = {
    "municipal": N_("municipal"),
    "county": N_("county"),
    "regional": N_("regional"),
    "central": N_("central"),
}
TYPES = {  # IATI 2.03, code list OrganisationType
    "10": N_("Government body"),
    "11": N_("Local government"),
    "15": N_("Other public sector"),
    "21": N_("International non-governmental organisation"),
    "22": N_("National non-governmental organisation"),
    "23": N_("Regional non-governmental organisation"),
    "24": N_("Non-governmental organisation of the country that is helped"),
    "30": N_("Public-private partnership"),
    "40": N_("Multilateral organisation"),
    "60": N_("Foundation"),
    "70": N_("Private sector"),
    "71": N_("Private sector in the country that gives"),
    "72": N_("Private sector in the country that is helped"),
    "73": N_("Private sector in a third country"),
    "80": N_("Academic, training and research"),
    "90": N_("Of another type"),
}
AUDIENCES = {
    "public": N_("everybody"),
    "members": N_("members and coordinators"),
    "coordinators": N_("coordinators and the organisation's own people"),
}
REGISTERS = {
    "iati": N_("IATI identifier"),
    "PL-KRS": N_("Court register of Poland (KRS)"),
    "PL-NIP": N_("Tax number in Poland (NIP)"),
    "PL-REGON": N_("Statistical number in Poland (REGON)"),
    "BY-ADR": N_("State register of Belarus (UNP)"),
    "UA-EDR": N_("State register of Ukraine (EDRPOU)"),
}
REASONS = {
    "same-identifier": N_("has the same identifier"),
    "same-name": N_("has the same name, but for case, accents or script"),
    "same-acronym": N_("has the same short name"),
    "same-words": N_("has a name of the same words, in another order or with another legal form"),
    "similar-name": N_("has a name that differs by few letters or words"),
    "same-country": N_("is in the same country"),
    "other-country": N_("is in another country"),
    "other-identifier": N_("has another number in the same register"),
}
CHANGES = {
    "registered": N_("Record begun"),
    "updated": N_("Record corrected"),
    "identified": N_("Identifier added from a file"),
    "merged": N_("Another record merged into this one"),
    "merged-into": N_("Merged into another record"),
    "parted": N_("A merge taken back"),
    "restored": N_("Stands for itself again"),
}
FIELDS = {
    "names": N_("names"),
    "other_names": N_("names in other languages"),
    "acronym": N_("short name"),
    "acronyms": N_("further short names"),
    "aliases": N_("other names"),
    "identifiers": N_("identifiers"),
    "kinds": N_("kinds"),
    "type": N_("type"),
    "level": N_("level"),
    "represents": N_("whom it speaks for"),
    "country": N_("country"),
    "region": N_("region"),
    "teryt": N_("TERYT code"),
    "audience": N_("who can see it"),
}
WRONG = {
    "names": N_("Give the name in at least one language."),
    "identifiers": N_("One of these is not a number of its register: a digit may be mistyped. Look at each line."),
    "level": N_("Only public authorities and governments have a level: tick the kind too, or choose no level."),
    "represents": N_("Only organisations of minorities speak for one: tick the kind too, or leave this empty."),
    "country": N_("Choose a country."),
    "region": N_("This is not a region of that country. Write its code, as PL-14 or BY-HM."),
    "teryt": N_("This is not a TERYT code of that region. Write 2, 4, 6 or 7 digits."),
    "aliases": N_("Write each name in a line of its own, at most 100 of up to 200 characters."),
    "acronyms": N_("Write each short name in a line of its own, at most 20 of up to 200 characters."),
}
DONE = {
    "registered": N_("The record is begun."),
    "corrected": N_("The record is corrected."),
    "merged": N_("The records are merged. Both ids lead here now. You can take it back for 30 days."),
    "merge-undone": N_("The merge is taken back: the records are as they were."),
    "confirmed": N_("Noted: it is the name of that organisation, and will not be asked again."),
    "rejected": N_("Noted: it is an organisation of its own, and will not be asked again."),
    "reopened": N_("The question is open again."),
    "distinct": N_("Noted: these are two organisations."),
}
COLUMNS = (
    N_("Name"), N_("Short name"), N_("Also called"), N_("Kind"), N_("Level"), N_("Country"), N_("Region"),
    N_("Identifier"), N_("Who can see it"),
)  # fmt: skip
"""The headings of the list when it is saved."""
