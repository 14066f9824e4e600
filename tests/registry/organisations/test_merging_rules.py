"""What becomes of records that are merged, and that taking it back restores them exactly."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.organisations.domain import Organisation, UpdateOrganisation, update
from services.registry.organisations.merging.domain import UNDONE_WITHIN, Merging, gone, merge, undo
from shared.ids import new_id
from shared.problems import Problem
from shared.repointing import put_back, repointed
from tests.registry.builders import NOW, an_organisation

WORDS = st.sampled_from(["Alfa", "Beta", "Gama", "Делта", "Ipsylon"])
RECORDS = st.fixed_dictionaries(
    {"names": st.dictionaries(st.sampled_from(["en", "pl", "be"]), WORDS, min_size=1)},
    optional={
        "other_names": st.dictionaries(st.sampled_from(["fr", "de"]), WORDS),
        "acronym": WORDS,
        "acronyms": st.lists(WORDS, max_size=2),
        "aliases": st.lists(WORDS, max_size=3),
        "identifiers": st.lists(
            st.builds(lambda value: {"scheme": "iati", "value": f"XX-{value}"}, st.integers(0, 5)), max_size=2
        ),
        "kinds": st.lists(st.sampled_from(["donor", "implementer", "expert-body"]), max_size=2),
        "type": st.sampled_from(["21", "60"]),
        "country": st.sampled_from(["PL", "BY"]),
        "audience": st.sampled_from(["public", "members", "coordinators"]),
    },
).map(lambda fields: an_organisation(**fields))


def merged(survivor: Organisation, *others: Organisation) -> Merging:
    return merge(survivor, others, by=None, now=NOW)[0]


def undone(merging: Merging, survivor: Organisation | None = None) -> tuple[Organisation, list[Organisation]]:
    survivor = survivor or merging.after
    others = {each.id: gone(each, merging.before) for each in merging.others}
    _, parted, restored, _ = undo(merging, survivor, others, by=None, now=NOW)
    return parted, restored


def said(organisation: Organisation) -> dict[str, Any]:
    return organisation.model_dump(exclude={"revision"})


@given(RECORDS, st.lists(RECORDS, min_size=1, max_size=3))
def test_a_merge_keeps_every_id_name_and_identifier(survivor: Organisation, others: list[Organisation]) -> None:
    after = merged(survivor, *others).after
    records = [survivor, *others]
    assert set(after.every_name) == {name for each in records for name in each.every_name}
    assert {each.key for each in after.identifiers} == {one.key for each in records for one in each.identifiers}
    assert set(after.kinds) == {kind for each in records for kind in each.kinds}
    assert (after.id, after.merged_ids) == (survivor.id, [each.id for each in others])
    assert {language: after.names[language] for language in survivor.names} == survivor.names


@given(RECORDS, st.lists(RECORDS, min_size=1, max_size=3))
def test_taking_a_merge_back_restores_all_records_exactly(survivor: Organisation, others: list[Organisation]) -> None:
    parted, restored = undone(merged(survivor, *others))
    assert said(parted) == said(survivor)
    assert [said(each) for each in restored] == [said(each) for each in others]
    assert (parted.revision, [each.revision for each in restored]) == (3, [3] * len(others))


@given(RECORDS, RECORDS)
def test_what_was_corrected_since_stays_and_what_the_merge_brought_goes(one: Organisation, other: Organisation) -> None:
    merging = merged(one, other)
    fields = {name: getattr(merging.after, name) for name in UpdateOrganisation.model_fields}
    command = UpdateOrganisation(**{**fields, "aliases": [*merging.after.aliases, "Corrected"], "country": "SE"})
    corrected, _ = update(merging.after, command)
    parted, (restored,) = undone(merging, corrected)
    assert (parted.country, parted.aliases) == ("SE", [*one.aliases, "Corrected"])
    assert (parted.names, parted.identifiers, said(restored)) == (one.names, one.identifiers, said(other))


def test_records_of_two_merges_are_told_apart_in_any_order() -> None:
    one, two, three = (an_organisation(names={"en": name}, aliases=[f"{name} too"]) for name in ("A", "B", "C"))
    first = merged(one, two)
    second = merged(first.after, three)
    without_two, _ = undone(first, second.after)
    assert (without_two.aliases, without_two.merged_ids) == (["A too", "C", "C too"], [three.id])
    alone, _ = undone(second, without_two)
    assert said(alone) == said(one)


def test_the_narrowest_audience_holds_for_all() -> None:
    open_one, closed = an_organisation(), an_organisation(audience="coordinators")
    assert merged(open_one, closed).after.audience == "coordinators"
    assert undone(merged(open_one, closed))[0].audience == "public"


def test_a_place_is_filled_in_only_where_it_fits() -> None:
    here, there = an_organisation(country="PL"), an_organisation(region="BY-HM")
    assert (merged(here, there).after.country, merged(here, there).after.region) == ("PL", None)
    assert merged(an_organisation(), there).after.region == "BY-HM"


def refusal(action: Any) -> str:
    with pytest.raises(Problem) as refused:
        action()
    return refused.value.code


def test_what_cannot_be_merged_is_refused() -> None:
    one, other = an_organisation(), an_organisation()
    many = [an_organisation(aliases=[f"{number} {each}" for each in range(60)]) for number in range(2)]
    assert refusal(lambda: merged(one, one)) == "merge-with-itself"
    assert refusal(lambda: merged(gone(one, other), an_organisation())) == "organisation-merged"
    assert refusal(lambda: merged(one, gone(other, many[0]))) == "organisation-merged"
    assert refusal(lambda: merged(*many)) == "merge-too-large"


def test_a_merge_is_taken_back_once_and_for_thirty_days() -> None:
    one, other = an_organisation(), an_organisation()
    merging = merged(one, other)
    others = {other.id: gone(other, one)}
    again, *_ = undo(merging, merging.after, others, by=None, now=NOW + UNDONE_WITHIN)
    assert again.undone_at == NOW + UNDONE_WITHIN
    assert refusal(lambda: undo(again, merging.after, others, by=None, now=NOW)) == "merge-undone"
    late = NOW + UNDONE_WITHIN + timedelta(seconds=1)
    assert refusal(lambda: undo(merging, merging.after, others, by=None, now=late)) == "merge-too-old"


def test_a_later_merge_is_taken_back_first() -> None:
    one, other, third = an_organisation(), an_organisation(), an_organisation()
    merging = merged(one, other)
    followed = gone(merging.after, third)
    assert refusal(lambda: undone(merging, followed)) == "merge-followed"


def test_an_event_tells_ids_only() -> None:
    one, other = an_organisation(names={"en": "Secret"}), an_organisation()
    _, event = merge(one, [other], by=None, now=NOW)
    assert (event.organisation_id, event.merged_ids, event.undone, event.revision) == (one.id, [other.id], False, 2)
    assert "Secret" not in event.model_dump_json()


IDS = [new_id() for _ in range(4)]
VALUES = st.recursive(
    st.sampled_from([*IDS, "text", 7, None]),
    lambda inner: (
        st.lists(inner, max_size=4, unique_by=str) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["x", "y", "z"]), VALUES))
def test_ids_are_replaced_wherever_they_stand_and_put_back_exactly(document: dict[str, Any]) -> None:
    old, new = IDS[0], IDS[1]
    changed, places = repointed({"_id": old, **document}, old, new)
    assert changed["_id"] == old
    assert old not in str({key: value for key, value in changed.items() if key != "_id"})
    assert put_back(changed, places, old, new, same=True) == {"_id": old, **document}


def test_what_was_written_since_is_put_back_as_far_as_it_is_the_same() -> None:
    old, new, third = IDS[:3]
    document = {"_id": "1", "organisation_ids": [old, third], "lead": old, "parts": [{"by": old}, {"by": third}]}
    changed, places = repointed(document, old, new)
    changed["organisation_ids"] = [third, new, "more"]
    changed["lead"] = third
    back = put_back(changed, places, old, new, same=False)
    assert back == {
        "_id": "1",
        "organisation_ids": [third, old, "more"],
        "lead": third,
        "parts": [{"by": old}, {"by": third}],
    }


def test_who_named_both_names_both_again() -> None:
    old, new = IDS[:2]
    changed, places = repointed({"ids": [old, new]}, old, new)
    assert changed == {"ids": [new]}
    assert put_back({"ids": [new, "more"]}, places, old, new, same=False) == {"ids": [new, "more", old]}
