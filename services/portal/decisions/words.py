"""The words for the states of decisions, tasks and minutes, and for what happened to them."""

from services.portal.languages import N_

STATES = {
    "open": N_("Not begun"),
    "in-progress": N_("In progress"),
    "done": N_("Done"),
    "dropped": N_("Dropped"),
}
MOVES = {
    "open": N_("Open again"),
    "in-progress": N_("We have begun"),
    "done": N_("It is done"),
    "dropped": N_("Drop it"),
}
MOVES_FROM = {
    "open": ("done", "in-progress", "dropped"),
    "in-progress": ("done", "dropped"),
    "done": ("open",),
    "dropped": ("open",),
}
WHICH = {
    "open": N_("To be done"),
    "overdue": N_("Late"),
    "done": N_("Done"),
    "dropped": N_("Dropped"),
    "all": N_("All"),
}
MINUTES = {
    "draft": N_("Draft: coordinators alone see it"),
    "proposed": N_("Proposed: the invited read it, and it is not approved yet"),
    "approved": N_("Approved"),
}
HAPPENED = {
    "taken": N_("Decided"),
    "changed": N_("Worded or assigned anew"),
    "moved": N_("State changed"),
    "task-assigned": N_("A task was given"),
    "task-moved": N_("A task changed its state"),
    "commissioned": N_("A report was commissioned"),
    "report-begun": N_("The report was begun"),
    "report-published": N_("The report was published"),
}
EMPTY = {
    "open": N_("Nothing waits to be done. What a meeting decides appears here."),
    "overdue": N_("Nothing is late."),
    "done": N_("Nothing is done yet."),
    "dropped": N_("Nothing was dropped."),
    "all": N_("No decision yet. Write one down on the page of a meeting."),
}
