"""What a new system is filled with: an invented secretariat's registry, one meeting and one report.

The series of meetings, their kinds of participants and the six themes are public facts of 2002 to 2008; every person,
organisation, project and amount is invented.  `activities.xml` is IATI 2.03, `people.csv` a table as people send them.
"""

from pathlib import Path

SAMPLE = Path(__file__).parent
"""The folder with the files."""
