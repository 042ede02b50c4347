//! Where backups are: a bucket, reached through a Pod, or a local file. And the proof that one is complete.

pub mod bucket;
pub mod commands;
pub mod compression;
pub mod listing;
pub mod local;
pub mod memory;
pub mod reference;
pub mod verify;

pub use bucket::{Bucket, BucketError, Object};
pub use commands::Commands;
pub use compression::Compression;
pub use local::LocalError;
pub use memory::Memory;
pub use reference::Reference;
pub use verify::{Verified, VerifyError};
pub mod parts;
mod reading;
pub mod source;
pub mod stream;
pub mod upload;
pub use source::Source;
