//! A dump of one version of PostgreSQL and a server of another: what goes, what is left out, what is refused. Pure.
//!
//! An older dump is loaded as it is. A newer one goes where nothing of it is known to be strange to the server; it is
//! loaded beside the live databases, so that what is strange all the same stops the load and harms nothing.

use std::collections::BTreeSet;

use crate::dump::{CreateDatabase, Database, Inventory, Membership};
use crate::postgres::{Catalog, identifier, literal};

use super::plan::{DatabasePlan, Place};
use super::preflight::PlanRefusal;

/// `15` of `15.18 (Debian …)`; an unreadable version counts as newer than anything.
fn major(version: &str) -> u32 {
    let digits = version
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    digits.parse().unwrap_or(u32::MAX)
}

/// The newer one of the versions of server and `pg_dump`, where it is newer than the live server.
fn newer<'i>(live: &Catalog, inventory: &'i Inventory) -> Option<&'i str> {
    [&inventory.server_version, &inventory.dump_version]
        .into_iter()
        .find(|v| major(v) > live.major())
        .map(String::as_str)
}

pub(super) fn check_server(live: &Catalog) -> Result<(), PlanRefusal> {
    if live.major() < 11 {
        return Err(PlanRefusal::OldServer(live.version.clone()));
    }
    Ok(())
}

/// Refuses what the server is known not to understand.
pub(super) fn check(
    live: &Catalog,
    inventory: &Inventory,
    databases: &[DatabasePlan],
    place: Place,
) -> Result<(), PlanRefusal> {
    let Some(dump) = newer(live, inventory) else {
        return Ok(());
    };
    let (dump, server) = (dump.to_owned(), live.version.clone());
    let chosen = databases
        .iter()
        .filter_map(|d| inventory.databases.get(d.index));
    let mut needs: Vec<_> = chosen.flat_map(|d| database_needs(d, live)).collect();
    needs.extend(global_needs(live, inventory));
    if !needs.is_empty() {
        return Err(PlanRefusal::NewerDump {
            dump,
            server,
            needs,
            others: others(live, inventory),
        });
    }
    if place == Place::InPlace {
        return Err(PlanRefusal::NewerInPlace { dump, server });
    }
    Ok(())
}

/// What a database needs that the server lacks.
fn database_needs(database: &Database, live: &Catalog) -> Vec<String> {
    let server = live.major();
    let mut needs: Vec<_> = database
        .needs
        .iter()
        .filter(|need| need.what.since() > server)
        .map(|need| {
            format!(
                "{} (PostgreSQL {} or later; database {:?}, {})",
                need.what,
                need.what.since(),
                database.name,
                need.at
            )
        })
        .collect();
    let locale = database
        .create
        .as_ref()
        .and_then(|create| strange_locale(create, server));
    needs.extend(locale.map(|(what, since)| {
        format!(
            "{what} (PostgreSQL {since} or later; database {:?})",
            database.name
        )
    }));
    needs
}

fn strange_locale(create: &CreateDatabase, server: u32) -> Option<(&'static str, u32)> {
    match create.locale_provider.as_deref() {
        Some("builtin") if server < 17 => Some(("the locale provider builtin", 17)),
        Some("icu") if server < 15 => Some(("the locale provider icu", 15)),
        _ if create.icu_rules.is_some() && server < 16 => Some(("ICU_RULES", 16)),
        _ => None,
    }
}

/// What roles and their rights need that the server lacks.
fn global_needs(live: &Catalog, inventory: &Inventory) -> Vec<String> {
    let globals = &inventory.globals;
    let mut needs = Vec::new();
    if live.major() < 15 && !globals.parameter_grants.is_empty() {
        needs.push("privileges on parameters (PostgreSQL 15 or later)".to_owned());
    }
    let missing: BTreeSet<_> = globals
        .memberships
        .iter()
        .map(|m| m.role.as_str())
        .filter(|role| role.starts_with("pg_") && !live.predefined_roles.iter().any(|r| r == role))
        .collect();
    needs.extend(missing.into_iter().map(|role| format!("the role {role}")));
    let odd = globals
        .memberships
        .iter()
        .filter(|m| live.major() < 16 && !is_plain(m, inventory));
    needs.extend(odd.map(|m| {
        format!(
            "a membership with options of its own (PostgreSQL 16 or later; {} in {})",
            m.member, m.role
        )
    }));
    needs
}

/// Whether a membership is what a server before 16 makes of it: inherited if the member inherits, and good for SET ROLE.
fn is_plain(membership: &Membership, inventory: &Inventory) -> bool {
    let member = inventory
        .globals
        .roles
        .iter()
        .find(|role| role.name == membership.member);
    let inherits = member.is_none_or(|role| role.attributes.inherit);
    membership.set != Some(false) && membership.inherit.is_none_or(|inherit| inherit == inherits)
}

/// Databases of the dump that the server would take.
fn others(live: &Catalog, inventory: &Inventory) -> Vec<String> {
    if !global_needs(live, inventory).is_empty() {
        return Vec::new();
    }
    let goes = |d: &&Database| {
        d.create.is_some() && d.holds_objects() && database_needs(d, live).is_empty()
    };
    let names = inventory.databases.iter().filter(goes);
    names.map(|d| d.name.clone()).collect()
}

/// The options of CREATE DATABASE, in words that the server knows: before 15 there was one locale provider, without a name.
pub(super) fn options_sql(create: &CreateDatabase, server: u32) -> String {
    if server >= 15 || create.locale_provider.is_none() {
        return create.options_sql.clone();
    }
    let text = |name: &str, value: &Option<String>| {
        let value = value.as_ref()?;
        Some(format!(" {name} = {}", literal(value)))
    };
    let tablespace = create.tablespace.as_ref();
    let options = [
        text("ENCODING", &create.encoding),
        text("LC_COLLATE", &create.lc_collate),
        text("LC_CTYPE", &create.lc_ctype),
        tablespace.map(|name| format!(" TABLESPACE = {}", identifier(name))),
    ];
    let options: String = options.into_iter().flatten().collect();
    format!("WITH TEMPLATE = template0{options}")
}

/// Parameters that the dump sets for roles or databases and that the server does not have.
pub(super) fn unknown_parameters(
    live: &Catalog,
    inventory: &Inventory,
    databases: &[DatabasePlan],
) -> Vec<String> {
    let of_roles = inventory.globals.settings.iter().map(|s| &s.name);
    let chosen = databases
        .iter()
        .filter_map(|d| inventory.databases.get(d.index));
    let of_databases = chosen
        .flat_map(|d| &d.properties)
        .filter_map(|p| p.parameter.as_ref());
    let unknown: BTreeSet<_> = of_roles
        .chain(of_databases)
        .filter(|name| !live.knows_parameter(name))
        .collect();
    unknown.into_iter().cloned().collect()
}

pub(super) fn parameter_warning(unknown: &[String]) -> Option<String> {
    (!unknown.is_empty()).then(|| {
        format!(
            "the dump sets what the server has no parameter for, which is left out: {}",
            unknown.join(", ")
        )
    })
}

/// What differs between the versions and stops nothing.
pub(super) fn warnings(live: &Catalog, inventory: &Inventory) -> Vec<String> {
    let mut warnings = Vec::new();
    let dump = major(&inventory.server_version);
    if dump < 15 && live.major() >= 15 {
        warnings.push(
            "since PostgreSQL 15 ordinary roles may not create objects in schema public: grant CREATE where needed"
                .to_owned(),
        );
    }
    if dump >= 15 && live.major() < 15 {
        warnings.push(
            "before PostgreSQL 15 every role may create objects in schema public: revoke CREATE where that harms"
                .to_owned(),
        );
    }
    if let Some(dump) = newer(live, inventory) {
        warnings.push(format!(
            "the dump is of PostgreSQL {dump}, newer than the server: what that does not know stops the load, and \
             nothing live is changed then"
        ));
    }
    warnings
}
