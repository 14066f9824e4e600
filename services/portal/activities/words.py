"""The words for what activities are made of: parts, dates, payments, audiences, and what is wrong with them."""

from services.portal.languages import N_

PARTS = {
    "funding": N_("Who pays"),
    "accountable": N_("Who answers for it"),
    "extending": N_("Who passes the money on"),
    "implementing": N_("Who carries it out"),
    "other": N_("Who else takes part"),
}
DATES = {
    "planned-start": N_("Planned beginning"),
    "actual-start": N_("Beginning"),
    "planned-end": N_("Planned end"),
    "actual-end": N_("End"),
}
TRANSACTIONS = {  # IATI 2.03, code list TransactionType
    "1": N_("Received promise"),
    "2": N_("Promise"),
    "3": N_("Payment to others"),
    "4": N_("Spending"),
    "5": N_("Repayment of interest"),
    "6": N_("Repayment of a loan"),
    "7": N_("Money that came back"),
    "8": N_("Purchase of a share"),
    "9": N_("Sale of a share"),
    "10": N_("Guarantee"),
    "11": N_("Money received"),
    "12": N_("Received pledge"),
    "13": N_("Pledge"),
}
LEVELS = {
    "public": N_("everybody."),
    "members": N_("members."),
    "coordinators": N_("coordinators, and the organisation that reports it."),
    "named": N_("only the people who are named one by one."),
}
CHOICES = {
    "public": N_("Everybody"),
    "members": N_("Members"),
    "coordinators": N_("Coordinators and the reporting organisation"),
}
BLOCKS = {
    "activity": N_("The whole activity"),
    "title": N_("Title"),
    "description": N_("Description"),
    "reporting": N_("Who reports it"),
    "funding": N_("Who pays"),
    "accountable": N_("Who answers for it"),
    "extending": N_("Who passes the money on"),
    "implementing": N_("Who carries it out"),
    "other": N_("Who else takes part"),
    "status": N_("State"),
    "dates": N_("Dates"),
    "sectors": N_("Sectors"),
    "places": N_("Places"),
    "budgets": N_("Budgets"),
    "transactions": N_("Payments"),
    "related": N_("Related activities"),
    "identifier": N_("Identifier"),
}
GUARDED = (
    "activity", "title", "description", "funding", "implementing", "dates", "sectors", "places", "budgets",
    "transactions",
)  # fmt: skip
"""The blocks whose audience the form asks for."""

SECTOR_LINE = N_("Write a code of five digits on each line, as in 15153 60.")
WRONG = {
    "percentages-not-whole": N_("The percentages of one list must add up to 100."),
    "percentage-missing": N_("Give each of several sectors a percentage; they must add up to 100."),
    "percentage-not-valid": N_("A percentage is between 0 and 100."),
    "sector-not-valid": SECTOR_LINE,
    "sector-not-known": N_("The list of the OECD has no such code. Look at its digits."),
    "ends-before-start": N_("The end must be later than the beginning."),
    "in-the-future": N_("What has happened cannot be in the future."),
    "country-not-known": N_("Write the two letters of a country on each line, as in BY 60."),
    "currency-not-known": N_("Give the three letters of the currency, as in EUR."),
    "place-not-consistent": N_("This region is in another country."),
    "organisation-not-found": N_("There is no record of this organisation."),
    "title-missing": N_("Give the title in one language at least."),
    "not-your-organisation": N_("You may record what your own organisation reports. Ask a coordinator."),
    "identifier-taken": N_("Another activity has this identifier."),
    "activity-withdrawn": N_("This activity is withdrawn. Put it back first."),
    "commune-not-found": N_("There is no such commune in the register."),
    "period-locked": N_("The period that it belongs to is locked. Say why you correct it."),
}
DONE = {
    "recorded": N_("The activity is recorded."),
    "corrected": N_("The correction is saved."),
    "withdrawn": N_("The activity is withdrawn. Only coordinators and its organisation still see it."),
    "restored": N_("The activity is back on the record."),
    "decided": N_("Noted. Everything on record that names this place will say so within a minute."),
}
WITHDRAWN = N_("Withdrawn")
COLUMNS = (
    N_("Title"), N_("Identifier"), N_("State"), N_("Beginning"), N_("End"), N_("Themes"), N_("Countries"),
    N_("Regions"), N_("Who pays"), N_("What is withheld"),
)  # fmt: skip
"""The headings of the list when it is saved."""
