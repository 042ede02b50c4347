//! `backup`: through the CronJob's own Job, or straight into a local file.

pub mod job;
pub mod local;
