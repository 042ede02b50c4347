//! Tests of the layers together.
