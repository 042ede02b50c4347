//! Where backups are: a bucket, reached through a Pod, or a local file. And the proof that one is complete.

pub mod bucket;
pub mod commands;
pub mod compression;
pub mod download;
pub mod listing;
pub mod local;
pub mod memory;
pub mod new_file;
pub mod parts;
mod patience;
mod reading;
pub mod reference;
pub mod source;
pub mod stream;
pub mod upload;
pub mod verify;

pub use bucket::{Bucket, BucketError, Object};
pub use commands::Commands;
pub use compression::Compression;
pub use download::DownloadError;
pub use local::LocalError;
pub use memory::Memory;
pub use new_file::{Existing, NewFile, NewFileError};
pub use reference::Reference;
pub use source::Source;
pub use verify::{Verified, VerifyError};
