//! Organizations and their principals. A flag suspends or disables them; they are never
//! deleted: events refer to them.
//!
//! Tables: `organization` and `principal`. On PostgreSQL an organization sees
//! itself and its own principals. The service's role can insert both, and
//! update nothing but the two flags, so a compromised server cannot change whom
//! a certificate stands for.

use domain::policy::Permit;
use domain::registry::organization::{Holder, Organization, Principal};
use domain::vocabulary::id::{OrganizationCode, PersonId, PrincipalCode};
use domain::vocabulary::name::PrincipalName;
use domain::vocabulary::role::OrganizationKind;

use crate::StoreError;
use crate::session::{Row, enum_text, json, params, text};
use crate::tx::{Page, Tx};

/// Reads an organization.
fn organization(row: &Row) -> Result<Organization, StoreError> {
    Ok(Organization {
        code: row.parse("code")?,
        kind: row.enum_value("kind")?,
        names: row.json("names")?,
        state: row.opt_text("state")?,
        trust_domain: row.parse("trust_domain")?,
        anchors: row.json("anchors")?,
        suspended: row.flag("suspended")?,
        create_time: row.time("create_time")?,
    })
}

/// Reads a principal.
fn principal(row: &Row) -> Result<Principal, StoreError> {
    Ok(Principal {
        name: PrincipalName { organization: row.parse("organization")?, principal: row.parse("code")? },
        spiffe_id: row.text("spiffe_id")?,
        holder: match row.opt_text("person")? {
            Some(_) => Holder::Person(row.parse("person")?),
            None => Holder::System,
        },
        roles: row.json("roles")?,
        disabled: row.flag("disabled")?,
    })
}

impl Tx<'_> {
    /// The code of the election commission. There is exactly one.
    pub async fn commission(&mut self) -> Result<OrganizationCode, StoreError> {
        let sql = "-- lookup commission
            SELECT code FROM organization WHERE kind = 'ELECTION_COMMISSION' ORDER BY create_time LIMIT 1";
        let row = self.session.fetch_optional(sql, Vec::new()).await?;
        row.ok_or(StoreError::RowCount { statement: "lookup commission", rows: 0, expected: 1 })?.parse("code")
    }

    /// Inserts an organization. Its code and its trust domain are unique.
    pub(crate) async fn insert_organization(&mut self, _permit: &Permit, new: &Organization) -> Result<(), StoreError> {
        let sql = "-- insert organization
            INSERT INTO organization (code, kind, names, state, trust_domain, anchors, suspended, create_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let Organization { code, kind, names, state, trust_domain, anchors, suspended, create_time } = new;
        let (names, state) = (json(names), state.clone());
        let domain = trust_domain.as_str();
        let values =
            params![code.as_str(), enum_text(kind), names, state, domain, json(anchors), *suspended, *create_time];
        self.session.execute_one(sql, values).await
    }

    /// An organization by its code.
    pub async fn lookup_organization(&mut self, code: &OrganizationCode) -> Result<Option<Organization>, StoreError> {
        let sql = "-- lookup organization
            SELECT * FROM organization WHERE code = $1";
        self.session.fetch_optional(sql, params![code.as_str()]).await?.as_ref().map(organization).transpose()
    }

    /// All organizations. The server takes its trust anchors from them.
    pub async fn all_organizations(&mut self) -> Result<Vec<Organization>, StoreError> {
        let sql = "-- all organizations
            SELECT * FROM organization ORDER BY code";
        self.session.fetch_all(sql, Vec::new()).await?.iter().map(organization).collect()
    }

    /// A page of organizations.
    pub async fn list_organizations(&mut self, page: &Page<OrganizationCode>) -> Result<Vec<Organization>, StoreError> {
        let sql = "-- list organizations
            SELECT * FROM organization WHERE code > $1 ORDER BY code LIMIT $2";
        let after = page.after.as_ref().map_or("", OrganizationCode::as_str);
        self.session.fetch_all(sql, params![after, page.limit()]).await?.iter().map(organization).collect()
    }

    /// Suspends an organization: all of its principals are refused from the
    /// next call on. Nothing is deleted, so that earlier events keep their
    /// meaning.
    pub(crate) async fn suspend_organization(
        &mut self,
        _permit: &Permit,
        code: &OrganizationCode,
    ) -> Result<(), StoreError> {
        let sql = "-- suspend organization
            UPDATE organization SET suspended = 1 WHERE code = $1";
        self.session.execute_one(sql, params![code.as_str()]).await
    }

    /// Inserts a principal. Its SPIFFE id is unique, so a certificate stands
    /// for one principal. A foreign key requires the organization and the
    /// person.
    pub(crate) async fn insert_principal(&mut self, _permit: &Permit, new: &Principal) -> Result<(), StoreError> {
        let sql = "-- insert principal
            INSERT INTO principal (organization, code, spiffe_id, person, roles, disabled)
            VALUES ($1, $2, $3, $4, $5, $6)";
        let Principal { name, spiffe_id, holder, roles, disabled } = new;
        let (organization, code) = (name.organization.as_str(), name.principal.as_str());
        let person = holder.person().map(PersonId::to_string);
        let values = params![organization, code, spiffe_id.as_str(), person, json(roles), *disabled];
        self.session.execute_one(sql, values).await
    }

    /// A principal by name.
    pub async fn lookup_principal(&mut self, name: &PrincipalName) -> Result<Option<Principal>, StoreError> {
        let sql = "-- lookup principal
            SELECT * FROM principal WHERE organization = $1 AND code = $2";
        let key = params![name.organization.as_str(), name.principal.as_str()];
        self.session.fetch_optional(sql, key).await?.as_ref().map(principal).transpose()
    }

    /// The principal that calls, the kind of its organization, and whether the
    /// organization is suspended. Every call reads it, so a suspension takes
    /// effect at once.
    pub async fn lookup_caller(
        &mut self,
        name: &PrincipalName,
    ) -> Result<Option<(Principal, OrganizationKind, bool)>, StoreError> {
        let sql = "-- lookup caller
            SELECT p.*, o.kind, o.suspended FROM principal p JOIN organization o ON o.code = p.organization
            WHERE p.organization = $1 AND p.code = $2";
        let key = params![name.organization.as_str(), name.principal.as_str()];
        let Some(row) = self.session.fetch_optional(sql, key).await? else { return Ok(None) };
        Ok(Some((principal(&row)?, row.enum_value("kind")?, row.flag("suspended")?)))
    }

    /// A page of an organization's principals.
    pub async fn list_principals(
        &mut self,
        of: &OrganizationCode,
        page: &Page<PrincipalCode>,
    ) -> Result<Vec<Principal>, StoreError> {
        let sql = "-- list principals
            SELECT * FROM principal WHERE organization = $1 AND code > $2 ORDER BY code LIMIT $3";
        let after = page.after.as_ref().map_or("", PrincipalCode::as_str);
        let rows = self.session.fetch_all(sql, params![of.as_str(), after, page.limit()]).await?;
        rows.iter().map(principal).collect()
    }

    /// All disabled principals. The server closes their open connections.
    pub async fn disabled_principals(&mut self) -> Result<Vec<PrincipalName>, StoreError> {
        let sql = "-- disabled principals
            SELECT organization, code FROM principal WHERE disabled = 1";
        let name =
            |row: &Row| Ok(PrincipalName { organization: row.parse("organization")?, principal: row.parse("code")? });
        self.session.fetch_all(sql, Vec::new()).await?.iter().map(name).collect()
    }

    /// Disables a principal: it is refused from the next call on.
    pub(crate) async fn disable_principal(&mut self, _permit: &Permit, name: &PrincipalName) -> Result<(), StoreError> {
        let sql = "-- disable principal
            UPDATE principal SET disabled = 1 WHERE organization = $1 AND code = $2";
        self.session.execute_one(sql, params![text(&name.organization), text(&name.principal)]).await
    }
}
