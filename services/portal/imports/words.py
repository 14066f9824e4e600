"""The words for what the registry says of imports by codes: fields, states, outcomes, and what is wrong with a row."""

from services.portal.languages import N_

FIELDS = {
    "": N_("— leave out —"),
    "identifier": N_("Number or code of the activity"),
    "title": N_("Title"),
    "title_en": N_("Title in English"),
    "title_pl": N_("Title in Polish"),
    "title_be": N_("Title in Belarusian"),
    "title_uk": N_("Title in Ukrainian"),
    "title_ru": N_("Title in Russian"),
    "description": N_("Description"),
    "implementer": N_("Who does it"),
    "implementer_id": N_("Identifier of who does it"),
    "funder": N_("Who pays for it"),
    "funder_id": N_("Identifier of who pays for it"),
    "accountable": N_("Who answers for it"),
    "sector": N_("Sector or theme"),
    "country": N_("Country"),
    "region": N_("Region"),
    "county": N_("District"),
    "commune": N_("Commune"),
    "place": N_("Town or place"),
    "latitude": N_("Latitude"),
    "longitude": N_("Longitude"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "status": N_("State of the activity"),
    "amount": N_("Amount"),
    "currency": N_("Currency"),
}
KINDS = {
    "activities": N_("Who does what where (CSV or XLSX, with or without HXL tags)"),
    "communes": N_("The Polish register of communes (TERYT, file TERC)"),
}
STATES = {
    "uploaded": N_("Uploaded: its columns can be chosen"),
    "checking": N_("Being tried: nothing is recorded yet"),
    "checked": N_("Tried: waits for a yes"),
    "recording": N_("Being recorded"),
    "recorded": N_("Recorded"),
    "cancelled": N_("Put aside"),
    "failed": N_("Could not be read"),
}
OUTCOMES = {
    "created": N_("new"),
    "updated": N_("changed"),
    "unchanged": N_("known already"),
    "repeated": N_("repeats an earlier row"),
    "passed_over": N_("passed over"),
    "refused": N_("refused"),
}
AUDIENCES = {
    "members": N_("Members only"),
    "public": N_("Everybody"),
    "coordinators": N_("Coordinators only"),
}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "windows-1250": "Windows-1250 (Łódź)",
    "windows-1251": "Windows-1251 (Мінск)",
}
DELIMITERS = {
    ",": N_("Comma"),
    ";": N_("Semicolon"),
    "\t": N_("Tabulator"),
    "|": N_("Vertical bar"),
}
PROBLEMS = {
    "date-not-valid": N_("Write the day as 2008-10-14 or 14.10.2008."),
    "amount-not-valid": N_("Write the amount in digits, as in 1234.50."),
    "amount-negative": N_("Write the amount without a minus."),
    "number-not-valid": N_("Write a number, as in 52.2297."),
    "degrees-not-valid": N_("These degrees lie beyond the globe."),
    "currency-not-known": N_("Write the currency as its code of three letters, as in EUR."),
    "status-not-known": N_(
        "This state is not known. Write planned, ongoing, completed, closed, cancelled or suspended."
    ),
    "organisation-missing": N_("Name the organisation that does or pays for it."),
    "activity-missing": N_("Say what is done: a title, a sector or a code."),
    "ends-before-it-starts": N_("The last day is before the first."),
    "cell-too-long": N_("This cell is too long."),
    "cell-not-valid": N_("This cell holds characters that cannot be kept."),
    "row-too-long": N_("This row is too long: is a quotation mark missing?"),
    "too-many-values": N_("Too many organisations or sectors in one row."),
    "commune-not-valid": N_("This is no row of the register."),
    "period-locked": N_("It is of a period that is locked: import it as a correction, and say why."),
    "place-unknown": N_("Nobody knows this place yet: it goes to the review list, and the row is taken."),
    "organisation-uncertain": N_("This may be an organisation on record under another name: a coordinator is asked."),
    "amount-without-date": N_("The amount is left out: without a day nobody can say when it was spent."),
    "not-readable": N_("The file cannot be read from here on: is a quotation mark missing?"),
    "not-decodable": N_("Choose how the file was saved: its encoding."),
    "not-a-sheet": N_("This is no sheet: save it again as CSV or XLSX."),
    "sheet-too-large": N_("The workbook unpacks into too much: send it in parts, or as CSV."),
    "sheet-empty": N_("There is no row below the headings."),
    "not-the-register": N_("This is not the register TERC: its columns are WOJ, POW, GMI, RODZ, NAZWA and NAZWA_DOD."),
    "file-empty": N_("This file is empty: choose another one."),
    "file-type-not-allowed": N_("This is no sheet: save it again as CSV or XLSX."),
    "file-too-large": N_("The file is larger than 50 MB. Divide it."),
    "body-too-large": N_("The file is larger than 50 MB. Divide it."),
    "columns-needed": N_("Choose which column says who does it or who pays: without one no row can be taken."),
    "import-state": N_("This import has moved on meanwhile: look at it again."),
    "request-not-valid": N_("Each thing may be said by one column only; organisations and sectors by several."),
}
REFRESH_AFTER = 3  # seconds, while rows are being read
