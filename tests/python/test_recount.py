"""An auditor counts the finished election with List calls and compares the totals."""

import collections

import pytest

from accreditation.v1 import accreditation_pb2, application_pb2, common_pb2, decree_pb2, registry_pb2, report_pb2
from world import mission, pages

# Small and odd, so that every list has several pages and the last page is not full.
PAGE_SIZE = 37

STATES = (
    common_pb2.ORGANIZATION_KIND_STATE,
    common_pb2.ORGANIZATION_KIND_FOREIGN_ELECTION_COMMISSION,
)


@pytest.fixture(scope="module")
def auditor(world):
    return world.caller("cec", "auditor")


@pytest.fixture(scope="module")
def totals(world, auditor):
    return auditor.reports.GetTotals(report_pb2.GetTotalsRequest(election=world.finished))


@pytest.fixture(scope="module")
def accreditations(world, auditor):
    request = accreditation_pb2.ListAccreditationsRequest(parent=world.finished, page_size=PAGE_SIZE)
    return list(pages(auditor.accreditations.ListAccreditations, request, "accreditations"))


def list_applications(world, auditor, **request):
    request = application_pb2.ListApplicationsRequest(
        parent=f"{world.finished}/missions/-", page_size=PAGE_SIZE, **request
    )
    return list(pages(auditor.applications.ListApplications, request, "applications"))


@pytest.fixture(scope="module")
def accredited(world, auditor):
    applications = list_applications(world, auditor)
    names = {application.name for application in applications}
    assert len(names) == len(applications), "an application is listed twice"
    return [a for a in applications if a.state == application_pb2.APPLICATION_STATE_ACCREDITED]


def test_the_accredited_applications_of_each_organization_equal_the_totals(accredited, totals, observers):
    counted = collections.Counter(mission(application.name) for application in accredited)
    reported = {row.organization.removeprefix("organizations/"): row.accredited for row in totals.organizations}
    assert counted == {organization: count for organization, count in reported.items() if count}
    assert len(accredited) == totals.accredited == observers


def test_a_filter_by_state_lists_the_same_applications(world, auditor, accredited):
    filtered = list_applications(world, auditor, filter="state = ACCREDITED")
    assert [application.name for application in filtered] == [application.name for application in accredited]


def test_the_totals_count_each_state_once(totals, observers):
    rows = [row for row in totals.organizations if row.kind in STATES and row.accredited]
    assert len({row.state for row in rows}) == totals.states
    if observers == 1013:
        assert totals.states == 41
        assert sum(row.accredited for row in rows) == 147
        assert totals.accredited - 147 == 866


def test_accreditations_have_consecutive_numbers_and_match_the_applications(world, accreditations, accredited):
    numbers = [accreditation.name for accreditation in accreditations]
    assert numbers == [f"{world.finished}/accreditations/{n}" for n in range(1, len(accredited) + 1)]
    assert {a.name: a.application for a in accreditations} == {a.accreditation: a.name for a in accredited}
    assert all(a.state == accreditation_pb2.ACCREDITATION_STATE_ACTIVE for a in accreditations)


def test_two_different_people_decided_each_accreditation(auditor, accreditations):
    request = registry_pb2.ListPrincipalsRequest(parent="organizations/cec", page_size=PAGE_SIZE)
    principals = {p.name: p for p in pages(auditor.registry.ListPrincipals, request, "principals")}
    request = registry_pb2.ListPeopleRequest(page_size=PAGE_SIZE)
    people = {person.name for person in pages(auditor.registry.ListPeople, request, "people")}
    for accreditation in accreditations:
        recommender, adopter = principals[accreditation.recommended_by], principals[accreditation.adopted_by]
        assert recommender.name != adopter.name
        for principal in (recommender, adopter):
            assert principal.kind == registry_pb2.PRINCIPAL_KIND_PERSON and principal.person in people
        assert recommender.person != adopter.person, accreditation.name
        assert "cec.reviewer" in recommender.roles and "cec.adopter" in adopter.roles


def test_decrees_count_their_accreditations(world, auditor, accreditations):
    request = decree_pb2.ListDecreesRequest(parent=world.finished, page_size=2)
    decrees = list(pages(auditor.decrees.ListDecrees, request, "decrees"))
    counted = collections.Counter(accreditation.decree for accreditation in accreditations)
    assert counted == {decree.name: decree.accredited_count for decree in decrees if decree.accredited_count}
    for decree in decrees:
        assert decree.state == decree_pb2.DECREE_STATE_ADOPTED
        assert len(decree.applications) == decree.accredited_count + decree.refused_count
