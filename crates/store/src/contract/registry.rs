//! Organizations and their principals.

use domain::policy::Action;
use domain::registry::organization::{Holder, Organization, Principal};
use domain::vocabulary::id::{OrganizationCode, PrincipalCode};
use domain::vocabulary::name::PrincipalName;
use domain::vocabulary::role::{OrganizationKind, Role};

use crate::Page;
use crate::contract::fixtures::organization;
use crate::contract::harness::{changed_no_row, is_taken, stores};
use crate::contract::people::{RegisterPerson, person};
use crate::contract::permits::registrar;

command! {
    /// Inserts an organization.
    Register { new: Organization } -> (), |this, tx| {
        tx.insert_organization(&registrar(Action::CreateOrganization), &this.new).await?
    }
}
command! {
    /// Suspends an organization.
    Suspend { code: OrganizationCode } -> (), |this, tx| {
        tx.suspend_organization(&registrar(Action::SuspendOrganization), &this.code).await?
    }
}
command! {
    /// Looks up an organization.
    Find { code: OrganizationCode } -> Option<Organization>, |this, tx| tx.lookup_organization(&this.code).await?
}
command! {
    /// Reads a page of organizations.
    List { page: Page<OrganizationCode> } -> Vec<Organization>, |this, tx| tx.list_organizations(&this.page).await?
}
command! {
    /// Reads all organizations.
    All {} -> Vec<Organization>, |_this, tx| tx.all_organizations().await?
}
command! {
    /// Inserts a principal. Its holder must be registered before.
    RegisterPrincipal { new: Principal } -> (), |this, tx| {
        tx.insert_principal(&registrar(Action::CreatePrincipal), &this.new).await?
    }
}
command! {
    /// Disables a principal.
    Disable { name: PrincipalName } -> (), |this, tx| {
        tx.disable_principal(&registrar(Action::DisablePrincipal), &this.name).await?
    }
}
command! {
    /// Looks up a principal.
    FindPrincipal { name: PrincipalName } -> Option<Principal>, |this, tx| tx.lookup_principal(&this.name).await?
}
command! {
    /// Reads a page of principals.
    ListPrincipals { of: OrganizationCode, page: Page<PrincipalCode> } -> Vec<Principal>, |this, tx| {
        tx.list_principals(&this.of, &this.page).await?
    }
}

/// An organization.
fn cis() -> Organization {
    organization("cis", OrganizationKind::InternationalOrganization)
}

/// A principal of an organization.
pub fn principal(organization: &Organization, code: &str, holder: Holder) -> Principal {
    let name = PrincipalName { organization: organization.code.clone(), principal: code.parse().expect("a code") };
    let spiffe_id = organization.spiffe_id(&name.principal);
    Principal { name, spiffe_id, holder, roles: vec![Role::DelegationSubmitter, Role::Auditor], disabled: false }
}

/// A suspension is a flag. The organization stays, because events refer to it.
#[tokio::test]
async fn an_organization_reads_back_and_can_be_suspended() {
    for store in stores().await {
        // An organization without a state and one with.
        for new in [cis(), organization("state-deu", OrganizationKind::State)] {
            let code = new.code.clone();
            assert_eq!(store.read_ok(Find { code: code.clone() }).await, None);
            store.run_ok(Register { new: new.clone() }).await;
            assert_eq!(store.read_ok(Find { code: code.clone() }).await.as_ref(), Some(&new));
            store.run_ok(Suspend { code: code.clone() }).await;
            assert_eq!(store.read_ok(Find { code }).await, Some(Organization { suspended: true, ..new }));
        }
        // Suspending an unknown organization is an error, not a success without
        // effect.
        let unknown = store.run_failed(Suspend { code: "nobody".parse().expect("a code") }).await;
        assert!(changed_no_row(&unknown, "suspend organization"), "{unknown}");
    }
}

/// Certificates are mapped to organizations by trust domain. Two with the same
/// one could act for each other.
#[tokio::test]
async fn a_code_and_a_trust_domain_belong_to_one_organization() {
    for store in stores().await {
        store.run_ok(Register { new: cis() }).await;
        let same_code = Organization { trust_domain: "other.example".parse().expect("a domain"), ..cis() };
        let same_domain = Organization { code: "cis-2".parse().expect("a code"), ..cis() };
        for new in [same_code, same_domain] {
            let error = store.run_failed(Register { new }).await;
            assert!(is_taken(&error, "insert organization"), "{error}");
        }
        assert_eq!(store.read_ok(All {}).await, [cis()]);
    }
}

/// The extra row tells the caller that another page follows.
#[tokio::test]
async fn organizations_are_listed_page_by_page_with_one_more() {
    for store in stores().await {
        // Not inserted in the order of their codes, so the list has to sort
        // them.
        for code in ["osce-odihr", "cis", "sco", "oic"] {
            store.run_ok(Register { new: organization(code, OrganizationKind::InternationalOrganization) }).await;
        }
        let check = async |after: Option<&str>, expected: &[&str]| {
            let page = Page { after: after.map(|code| code.parse().expect("a code")), size: 2 };
            let found = store.read_ok(List { page }).await;
            assert_eq!(found.iter().map(|found| found.code.as_str()).collect::<Vec<_>>(), expected);
        };
        check(None, &["cis", "oic", "osce-odihr"]).await;
        check(Some("oic"), &["osce-odihr", "sco"]).await;
        check(Some("sco"), &[]).await;
        assert_eq!(store.read_ok(All {}).await.len(), 4);
    }
}

/// Disabling one principal leaves the others of the organization alone.
#[tokio::test]
async fn a_principal_reads_back_and_can_be_disabled() {
    for store in stores().await {
        store.run_ok(Register { new: cis() }).await;
        store.run_ok(RegisterPerson { new: person("p1") }).await;
        let secretary = principal(&cis(), "secretary", Holder::Person("p1".parse().expect("an id")));
        // A principal that a person holds, and one that a system holds.
        for new in [secretary, principal(&cis(), "registry", Holder::System)] {
            let name = new.name.clone();
            assert_eq!(store.read_ok(FindPrincipal { name: name.clone() }).await, None);
            store.run_ok(RegisterPrincipal { new: new.clone() }).await;
            assert_eq!(store.read_ok(FindPrincipal { name: name.clone() }).await.as_ref(), Some(&new));
            store.run_ok(Disable { name: name.clone() }).await;
            assert_eq!(store.read_ok(FindPrincipal { name }).await, Some(Principal { disabled: true, ..new }));
        }
        let unknown = store.run_failed(Disable { name: principal(&cis(), "nobody", Holder::System).name }).await;
        assert!(changed_no_row(&unknown, "disable principal"), "{unknown}");
    }
}

/// The SPIFFE id in a certificate decides who the caller is, so it must be
/// unique.
#[tokio::test]
async fn a_spiffe_id_belongs_to_one_principal_of_a_registered_organization() {
    for store in stores().await {
        store.run_ok(Register { new: cis() }).await;
        let first = principal(&cis(), "secretary", Holder::System);
        store.run_ok(RegisterPrincipal { new: first.clone() }).await;
        let second = Principal { spiffe_id: first.spiffe_id, ..principal(&cis(), "deputy", Holder::System) };
        let error = store.run_failed(RegisterPrincipal { new: second }).await;
        assert!(is_taken(&error, "insert principal"), "{error}");
        // A principal needs a registered organization.
        let stranger = principal(&organization("sco", OrganizationKind::State), "secretary", Holder::System);
        let error = store.run_failed(RegisterPrincipal { new: stranger }).await;
        assert!(matches!(error, crate::StoreError::Database { statement: "insert principal", .. }), "{error}");
    }
}

/// A page never contains principals of another organization.
#[tokio::test]
async fn principals_are_listed_by_organization_and_page() {
    for store in stores().await {
        let sco = organization("sco", OrganizationKind::InternationalOrganization);
        for (of, codes) in [(cis(), ["c", "a", "b"]), (sco, ["x", "y", "z"])] {
            store.run_ok(Register { new: of.clone() }).await;
            for code in codes {
                store.run_ok(RegisterPrincipal { new: principal(&of, code, Holder::System) }).await;
            }
        }
        let check = async |after: Option<&str>, expected: &[&str]| {
            let page = Page { after: after.map(|code| code.parse().expect("a code")), size: 1 };
            let found = store.read_ok(ListPrincipals { of: cis().code, page }).await;
            assert_eq!(found.iter().map(|found| found.name.principal.as_str()).collect::<Vec<_>>(), expected);
        };
        check(None, &["a", "b"]).await;
        check(Some("b"), &["c"]).await;
        check(Some("c"), &[]).await;
    }
}
