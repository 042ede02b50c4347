//! Why a dump is not accepted, and where.

use super::kind::Kind;
use serde::Serialize;
use std::fmt;

/// A place in the uncompressed dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Bytes before this place.
    pub byte: u64,
    /// Number of the line that holds it, from 1.
    pub line: u64,
}

impl Position {
    /// The first byte of a dump.
    pub const START: Self = Self { byte: 0, line: 1 };

    /// Moves behind `bytes`.
    pub(super) fn advance(&mut self, bytes: &[u8]) {
        self.byte += bytes.len() as u64;
        self.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}, line {}", self.byte, self.line)
    }
}

/// The verdict on a dump that must not be restored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{reason} ({at})")]
pub struct Refusal {
    /// Where the offending text begins.
    pub at: Position,
    /// What is wrong with it.
    pub reason: Reason,
}

/// Something that must be closed before the dump ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Open {
    /// `'…'`, `E'…'` or `B'…'`.
    String,
    /// `"…"`.
    Identifier,
    /// `$tag$…$tag$`.
    DollarQuote,
    /// `/* … */`.
    Comment,
    /// A statement without its semicolon.
    Statement,
    /// COPY rows without their closing `\.` line.
    CopyData,
    /// A psql meta-command without its end of line.
    MetaCommand,
}

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "string",
            Self::Identifier => "quoted identifier",
            Self::DollarQuote => "dollar-quoted string",
            Self::Comment => "comment",
            Self::Statement => "statement",
            Self::CopyData => "COPY data",
            Self::MetaCommand => "psql meta-command",
        })
    }
}

/// One variant per cause. Text from the dump is shown shortened and escaped: it is untrusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case", tag = "cause", content = "detail")]
#[non_exhaustive]
pub enum Reason {
    // The file as a whole.
    /// First bytes of another kind of file.
    #[error("not a plain dump of pg_dumpall: the file does not begin with its title")]
    NotAClusterDump,
    /// Title of `pg_dump` instead of `pg_dumpall`.
    #[error("a pg_dump of one database, not a pg_dumpall of the database cluster")]
    SingleDatabaseDump,
    /// `PGDMP` magic.
    #[error("a custom-format archive of pg_dump, not the plain text of pg_dumpall")]
    CustomArchive,
    /// Nothing at all.
    #[error("the dump is empty")]
    Empty,
    /// The input ended inside of something.
    #[error("the dump ends inside a {0} that opens here")]
    Unterminated(Open),
    /// The input ended between two pieces, before the closing line of the cluster dump.
    #[error("the dump is cut short: its closing line is missing")]
    MissingClusterEnd,
    /// A database section without `PostgreSQL database dump complete`.
    #[error("the dump of this database is cut short: its closing line is missing")]
    MissingDatabaseEnd,
    /// Anything behind the closing line.
    #[error("data after the closing line of the dump")]
    AfterEnd,
    /// A comment that only makes sense elsewhere.
    #[error("`{0}` at a place where pg_dumpall does not write it")]
    Misplaced(String),
    /// `Dumped from …` or `Dumped by …` differs between databases.
    #[error("the databases were dumped by different versions: `{first}` and `{other}`")]
    VersionsDiffer {
        /// Version of the first database.
        first: String,
        /// Version that differs from it.
        other: String,
    },
    /// A database section that does not tell its versions.
    #[error("the section of a database does not tell the server's and pg_dump's versions")]
    MissingVersion,
    /// A database section that does not set its client encoding.
    #[error("the section of a database does not set client_encoding")]
    MissingEncoding,
    /// The same database twice.
    #[error("database {0:?} occurs twice")]
    DuplicateDatabase(String),

    // Bytes and lexemes.
    /// NUL cannot occur in a plain dump.
    #[error("NUL byte")]
    Nul,
    /// psql takes it for the end of a line in some places only.
    #[error("carriage return outside quotes and data")]
    CarriageReturn,
    /// Control characters other than tab, newline, form feed.
    #[error("control character outside quotes and data")]
    ControlCharacter,
    /// `N'…'`, `X'…'`, `U&'…'`, `U&"…"`: psql has rules of its own for each.
    #[error("string or identifier with a prefix that pg_dump never writes")]
    StringPrefix,
    /// `1x`, `1e'`, `$1a`: psql versions disagree about them.
    #[error("a number runs into a word")]
    NumberRunsIntoWord,
    /// `'a' 'b'`: psql and server disagree about the second one.
    #[error("two strings in a row, which pg_dump never writes")]
    AdjacentStrings,
    /// A `$` that begins neither a quote nor a parameter.
    #[error("stray dollar sign")]
    StrayDollar,
    /// The tag of a dollar quote over its bound.
    #[error("tag of a dollar quote is longer than {0} bytes")]
    LongDollarTag(usize),
    /// `:name`, `:'name'`, `:"name"`, `:{{?name}}` would be replaced by psql.
    #[error("a psql variable outside quotes")]
    PsqlVariable,
    /// Closing parenthesis or bracket that nothing opened.
    #[error("unbalanced parenthesis or bracket")]
    Unbalanced,
    /// Parentheses nested too deep.
    #[error("parentheses or comments are nested too deep")]
    NestedTooDeep,
    /// `BEGIN`, `CASE`, `END` in a function statement where psql would lose count.
    #[error("psql would misread the word {0:?} in a function definition")]
    MisleadingKeyword(String),
    /// A statement inside of another one that cannot stand there.
    #[error("a statement that begins with {0:?} inside another statement")]
    EmbeddedStatement(String),
    /// `\.` with a carriage return ends COPY for psql.
    #[error("a COPY row that psql would take for the end of the data")]
    AmbiguousCopyEnd,
    /// Text after `FROM stdin;` on its line.
    #[error("text after COPY … FROM stdin on the same line")]
    TextAfterCopy,
    /// A comment line over its bound.
    #[error("a comment line is longer than {0} bytes")]
    LongComment(usize),

    // Meta-commands.
    /// Anything but the four allowed forms.
    #[error("psql meta-command `{0}`")]
    MetaCommand(String),
    /// A backslash inside of a statement.
    #[error("psql meta-command inside a statement or not at the start of a line")]
    MetaCommandPlace,
    /// `\restrict` and `\unrestrict` do not pair up.
    #[error("\\restrict and \\unrestrict do not pair up")]
    Restrict,
    /// `\connect` to another database than the section's.
    #[error("\\connect to {found:?} in the section of {expected:?}")]
    ConnectElsewhere {
        /// The section's database, empty when it is not known yet.
        expected: String,
        /// The database in the meta-command.
        found: String,
    },
    /// A section that never connects.
    #[error("a statement before \\connect")]
    NotConnected,
    /// `\encoding` that is not followed by `\connect`.
    #[error("\\encoding without \\connect on the next line")]
    StrayEncoding,

    // Statements.
    /// Not on the list of what `pg_dump` and `pg_dumpall` write.
    #[error("statement that pg_dumpall does not write: `{0}`")]
    Statement(String),
    /// Known statement whose rest is not of the known form.
    #[error("{statement} not of the form that pg_dumpall writes, near `{near}`")]
    Malformed {
        /// Kind of statement.
        statement: &'static str,
        /// Text at which it departs.
        near: String,
    },
    /// `--clean` dumps.
    #[error("a dump made with --clean: it would drop what is live (`{0}`)")]
    Drop(String),
    /// Server-side files and programs.
    #[error("COPY from or to a file or program")]
    CopyFile,
    /// Non-standard strings.
    #[error("standard_conforming_strings is not on: the dump cannot be read safely")]
    NonStandardStrings,
    /// Encodings whose second byte may be a backslash or quote.
    #[error("client_encoding {0:?} cannot be read safely")]
    UnsafeEncoding(String),
    /// The section changes its client encoding.
    #[error("client_encoding changes from {from:?} to {to:?} inside one database")]
    EncodingChanges {
        /// First value.
        from: String,
        /// Second value.
        to: String,
    },
    /// A setting other than `pg_dump`'s fixed ones.
    #[error("SET of {0}, which pg_dumpall does not write")]
    Setting(String),
    /// A statement that belongs to an item of another kind.
    #[error("`{statement}` inside an item of type {kind}")]
    StatementInItem {
        /// Beginning of the statement.
        statement: String,
        /// The item's type.
        kind: Kind,
    },
    /// A statement in a database section before the first item.
    #[error("`{0}` outside of any item")]
    OutsideItem(String),
    /// A session setting in the middle of an item.
    #[error("a session setting in the middle of an item")]
    SettingInsideItem,
    /// BEGIN and COMMIT of a large-object item do not pair up.
    #[error("BEGIN and COMMIT do not pair up")]
    Transaction,
    /// SET SESSION AUTHORIZATION without its RESET.
    #[error("SET SESSION AUTHORIZATION is not reset at the end of its item")]
    SessionAuthorization,
    /// A second COPY, or a COPY besides other statements, in an item.
    #[error("more than one statement in an item with COPY data")]
    CopyNotAlone,
    /// A statement about another database than the section's.
    #[error("statement about database {found:?} in the section of {expected:?}")]
    OtherDatabase {
        /// The section's database.
        expected: String,
        /// The database in the statement.
        found: String,
    },
    /// A statement about a role that the dump does not create.
    #[error("statement about role {0:?}, which the dump does not create")]
    UnknownRole(String),
    /// The same role twice.
    #[error("role {0:?} is created twice")]
    DuplicateRole(String),
    /// A name that is no UTF-8.
    #[error("a name or setting that is not UTF-8")]
    NotUtf8,
    /// A name over 63 bytes.
    #[error("a name of {0} bytes: PostgreSQL allows 63")]
    LongName(usize),
    /// An empty name.
    #[error("an empty name")]
    EmptyName,
    /// One statement over its bound.
    #[error("a statement is longer than {0} bytes")]
    LongStatement(u64),
    /// Too many items or marks to keep in constant memory.
    #[error("more than {0} statements that need their own session settings")]
    TooManyResets(usize),
}

/// Untrusted text for a message: the first characters, escaped, in one line; nothing from the first quote on, because
/// it may be a password.
pub(super) fn excerpt(text: &[u8]) -> String {
    const SHOWN: usize = 60;
    let head = text.split(|&byte| byte == b'\'').next().unwrap_or_default();
    let shown: String = String::from_utf8_lossy(head).chars().take(SHOWN).collect();
    let cut = if shown.len() < text.len() { "…" } else { "" };
    format!("{}{cut}", shown.escape_debug())
}
