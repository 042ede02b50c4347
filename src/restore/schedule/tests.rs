//! What waits for what, rule by rule, and over random databases.

mod builder;
mod properties;
mod roles;
mod rules;
mod run;
mod sharing;
