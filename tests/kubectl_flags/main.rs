//! The flags and the configuration of kubectl mean the same to the plugin: both are asked the same, and must come to the
//! same verdict.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod config;
mod credentials;
mod files;
mod network;
mod relay;
#[path = "../support/mod.rs"]
mod support;
mod tls;
mod who;
