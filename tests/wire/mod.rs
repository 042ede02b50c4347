//! What the tests of the Kubernetes layer share.
// Each test program uses a part of it.
#![allow(dead_code)]

pub(crate) mod cluster;
pub(crate) mod mock;
pub(crate) mod proxy;
pub(crate) mod store;
