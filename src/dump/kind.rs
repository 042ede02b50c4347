//! Types of items, as `pg_dump` names them in the title of each.

use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! kinds {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// Type of an item: what follows `Type: ` in its title.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $(#[doc = concat!("`", $text, "`.")] $name,)*
            /// Any other type.
            Other(Box<str>),
        }

        impl Kind {
            /// The kind of that title; never fails.
            pub fn parse(text: &str) -> Self {
                match text {
                    $($text => Self::$name,)*
                    other => Self::Other(other.into()),
                }
            }

            /// `pg_dump`'s word for it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other(text) => text,
                }
            }
        }
    };
}

kinds! {
    Acl = "ACL", Aggregate = "AGGREGATE", Blob = "BLOB", BlobMetadata = "BLOB METADATA", Blobs = "BLOBS",
    CheckConstraint = "CHECK CONSTRAINT", Comment = "COMMENT", Constraint = "CONSTRAINT", Database = "DATABASE",
    DatabaseProperties = "DATABASE PROPERTIES", Default = "DEFAULT", DefaultAcl = "DEFAULT ACL",
    Domain = "DOMAIN", EventTrigger = "EVENT TRIGGER", Extension = "EXTENSION", FkConstraint = "FK CONSTRAINT",
    ForeignTable = "FOREIGN TABLE", Function = "FUNCTION", Index = "INDEX", IndexAttach = "INDEX ATTACH",
    MaterializedView = "MATERIALIZED VIEW", MaterializedViewData = "MATERIALIZED VIEW DATA", Policy = "POLICY",
    Procedure = "PROCEDURE", Publication = "PUBLICATION", RowSecurity = "ROW SECURITY", Rule = "RULE",
    Schema = "SCHEMA", SecurityLabel = "SECURITY LABEL", Sequence = "SEQUENCE",
    SequenceOwnedBy = "SEQUENCE OWNED BY", SequenceSet = "SEQUENCE SET", Statistics = "STATISTICS",
    StatisticsData = "STATISTICS DATA", Subscription = "SUBSCRIPTION", Table = "TABLE",
    TableAttach = "TABLE ATTACH", TableData = "TABLE DATA", Trigger = "TRIGGER", Type = "TYPE", View = "VIEW",
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
