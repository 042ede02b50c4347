//! What is known of PostgreSQL: quoting, names, SQL text, psql's command line, and the reading of its answers.
//!
//! Pure: builds text and reads text, runs nothing. Whoever needs a server passes the text on.

pub mod catalog;
pub mod names;
pub mod psql;
pub mod quote;

pub use catalog::{Catalog, LiveDatabase};
pub use names::{RestoreId, is_kept_name, kept_name, staged_name};
pub use quote::{identifier, literal};
