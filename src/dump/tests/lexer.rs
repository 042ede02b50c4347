//! Where lexemes begin and end; the comments say what psql does.

use crate::dump::LexemeKind::{
    BitString, BlockComment, CopyEnd, CopyRows, DollarString, End, EscapeString, Identifier,
    LineComment, MetaCommand, Number, Parameter, Space, String, Symbol, Word,
};
use crate::dump::{LexemeKind, Open, Reason, lexemes};

fn kinds(text: &str) -> Result<Vec<(LexemeKind, &str)>, Reason> {
    lexemes(text.as_bytes())
        .filter(|lexeme| lexeme.as_ref().map_or(true, |lexeme| lexeme.kind != Space))
        .map(|lexeme| {
            let lexeme = lexeme.map_err(|refusal| refusal.reason)?;
            Ok((lexeme.kind, std::str::from_utf8(lexeme.text).unwrap()))
        })
        .collect()
}

/// `name: text => lexemes without blanks`.
macro_rules! lexes {
    ($($name:ident: $text:expr => [$($kind:ident $lexeme:expr),* $(,)?];)*) => {
        $(#[test]
        fn $name() {
            assert_eq!(kinds($text), Ok(vec![$(($kind, $lexeme)),*]));
        })*
    };
}

/// `name: text => reason`.
macro_rules! refuses {
    ($($name:ident: $text:expr => $reason:expr;)*) => {
        $(#[test]
        fn $name() {
            assert_eq!(kinds($text), Err($reason));
        })*
    };
}

lexes! {
    plain_string: r"a 'b''c\';" => [Word "a", String r"'b''c\'", End ";"];
    escape_string: r"a E'b\'c''d\\';" => [Word "a", EscapeString r"E'b\'c''d\\'", End ";"];
    escape_prefix_is_one_letter: "a abcE'x';" => [Word "a", Word "abcE", String "'x'", End ";"];
    backslash_at_end_of_line_in_escape_string: "a e'x\\\ny';" => [Word "a", EscapeString "e'x\\\ny'", End ";"];
    bit_string: "a b'10';" => [Word "a", BitString "b'10'", End ";"];
    newline_in_string: "a 'x\n;\n\\! y';" => [Word "a", String "'x\n;\n\\! y'", End ";"];
    identifier: "a \"b\"\"c;\\\";" => [Word "a", Identifier "\"b\"\"c;\\\"", End ";"];
    dollar: "a $$;'$x$\"$$;" => [Word "a", DollarString "$$;'$x$\"$$", End ";"];
    dollar_tag: "a $_$ $$ $_X$ $_$;" => [Word "a", DollarString "$_$ $$ $_X$ $_$", End ";"];
    dollar_tag_shares_its_dollar: "a $a$ $b$a$;" => [Word "a", DollarString "$a$ $b$a$", End ";"];
    three_dollars: "a $$x$$$1;" => [Word "a", DollarString "$$x$$", Parameter "$1", End ";"];
    dollar_in_word: "a b$$ c$x$;" => [Word "a", Word "b$$", Word "c$x$", End ";"];
    dollar_tag_not_ascii: "a $ü$;$ü$;" => [Word "a", DollarString "$ü$;$ü$", End ";"];
    line_comment: "a -- ';$$\n;" => [Word "a", LineComment "-- ';$$", End ";"];
    operator_before_comment: "a +--b\n;" => [Word "a", Symbol "+", LineComment "--b", End ";"];
    block_comment: "a /* ' /* */ ; */ ;" => [Word "a", BlockComment "/* ' /* */ ; */", End ";"];
    block_comment_of_stars: "a /***/ /**/ ;" => [Word "a", BlockComment "/***/", BlockComment "/**/", End ";"];
    block_comment_slash: "a /*/ */;" => [Word "a", BlockComment "/*/ */", End ";"];
    block_comment_slash_slash: "a /* //* */ */;" => [Word "a", BlockComment "/* //* */ */", End ";"];
    operator_before_block_comment: "a */* x */;" => [Word "a", Symbol "*", BlockComment "/* x */", End ";"];
    star_newline_slash: "a /*\n*\n/ */;" => [Word "a", BlockComment "/*\n*\n/ */", End ";"];
    numbers: "a 1 2.5 .5 1e5 1.5E-7 -3;" => [
        Word "a", Number "1", Number "2.5", Symbol ".", Number "5", Number "1e5", Number "1.5E-7", Symbol "-",
        Number "3", End ";",
    ];
    cast: "a 'x'::text := 1;" => [
        Word "a", String "'x'", Symbol "::", Word "text", Symbol ":=", Number "1", End ";",
    ];
    slice: "a [1:n] [b:2];" => [
        Word "a", Symbol "[", Number "1", Symbol ":n", Symbol "]", Symbol "[", Word "b", Symbol ":2", Symbol "]",
        End ";",
    ];
    semicolon_in_parentheses: "CREATE RULE a DO (SELECT 1; SELECT 2);b;" => [
        Word "CREATE", Word "RULE", Word "a", Word "DO", Symbol "(", Word "SELECT", Number "1", Symbol ";",
        Word "SELECT", Number "2", Symbol ")", End ";", Word "b", End ";",
    ];
    body: "CREATE FUNCTION f BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; RETURN 2; END;b;" => [
        Word "CREATE", Word "FUNCTION", Word "f", Word "BEGIN", Word "ATOMIC", Word "SELECT", Word "CASE",
        Word "WHEN", Word "a", Word "THEN", Number "1", Word "END", Symbol ";", Word "RETURN", Number "2",
        Symbol ";", Word "END", End ";", Word "b", End ";",
    ];
    empty_body: "CREATE OR REPLACE PROCEDURE f BEGIN ATOMIC END;" => [
        Word "CREATE", Word "OR", Word "REPLACE", Word "PROCEDURE", Word "f", Word "BEGIN", Word "ATOMIC",
        Word "END", End ";",
    ];
    begin_outside_of_functions: "CREATE VIEW v AS SELECT begin, case;" => [
        Word "CREATE", Word "VIEW", Word "v", Word "AS", Word "SELECT", Word "begin", Symbol ",", Word "case",
        End ";",
    ];
    meta_command: "a;\n\\connect ';\nb;" => [Word "a", End ";", MetaCommand "\\connect ';", Word "b", End ";"];
    copy: "COPY \"a;\".b (c) FROM stdin;\n1\t'\n\\N\n\\\\.\n\\.x\n\n\\.\n;" => [
        Word "COPY", Identifier "\"a;\"", Symbol ".", Word "b", Symbol "(", Word "c", Symbol ")", Word "FROM",
        Word "stdin", End ";", CopyRows "1\t'\n\\N\n\\\\.\n\\.x\n\n", CopyEnd "\\.\n", End ";",
    ];
    copy_without_rows: "COPY a FROM stdin;\n\\.\na;" => [
        Word "COPY", Word "a", Word "FROM", Word "stdin", End ";", CopyEnd "\\.\n", Word "a", End ";",
    ];
}

refuses! {
    carriage_return: "a\r;" => Reason::CarriageReturn;
    // psql ends the comment there.
    carriage_return_in_comment: "a -- \r\\! x\n;" => Reason::CarriageReturn;
    // psql goes on with the escape string.
    carriage_return_behind_string: "a E'x'\r'\\'';" => Reason::CarriageReturn;
    vertical_tab: "a\x0b;" => Reason::ControlCharacter;
    // psql sees a plain string, the server goes on with the escape string.
    string_behind_escape_string: "a E'x'\n'\\'';" => Reason::AdjacentStrings;
    string_behind_string: "a 'x' -- c\n'y';" => Reason::AdjacentStrings;
    string_behind_bits: "a B'1''x';" => Reason::AdjacentStrings;
    // psql does not count the N as a word, and so sees the definition of a function behind it.
    national_string: "N'x' CREATE FUNCTION f BEGIN ATOMIC" => Reason::StringPrefix;
    hexadecimal_string: "a x'1';" => Reason::StringPrefix;
    unicode_string: r"a U&'x\';" => Reason::StringPrefix;
    unicode_identifier: "a u&\"x\";" => Reason::StringPrefix;
    // psql 15 takes `1E` and a plain string, psql 14 `1` and an escape string.
    number_before_escape_string: r"a 1E'\'';" => Reason::NumberRunsIntoWord;
    // psql 16 takes `$1a` and a dollar quote, psql 15 `$1` and a word.
    parameter_before_dollar: "a $1a$b$;" => Reason::NumberRunsIntoWord;
    number_before_dollar: "a 1a$b$;" => Reason::NumberRunsIntoWord;
    number_before_double_dollar: "a 1$$x$$;" => Reason::NumberRunsIntoWord;
    stray_dollar: "a $-;" => Reason::StrayDollar;
    unfinished_tag: "a $b;" => Reason::StrayDollar;
    variable: "a :b;" => Reason::PsqlVariable;
    variable_of_digits: "a :1;" => Reason::PsqlVariable;
    variable_behind_cast: "a :::b;" => Reason::PsqlVariable;
    variable_as_string: "a :'b';" => Reason::PsqlVariable;
    variable_as_identifier: "a [1:\"b\"];" => Reason::PsqlVariable;
    variable_test: "a :{?b};" => Reason::PsqlVariable;
    known_variable_in_slice: "a [1:VERSION];" => Reason::PsqlVariable;
    string_behind_slice: "a [1:e'\\''];" => Reason::PsqlVariable;
    closing_parenthesis: "a );" => Reason::Unbalanced;
    closing_bracket: "a ];" => Reason::Unbalanced;
    open_bracket: "a [;" => Reason::Unbalanced;
    meta_command_in_statement: "a \\! x" => Reason::MetaCommandPlace;
    meta_command_behind_statement: "a; \\! x" => Reason::MetaCommandPlace;
    meta_command_behind_blank: " \\! x" => Reason::MetaCommandPlace;
    escaped_semicolon: "a \\; b;" => Reason::MetaCommandPlace;
    copy_end_with_carriage_return: "COPY a FROM stdin;\nx\n\\.\r\n" => Reason::AmbiguousCopyEnd;
    copy_on_one_line: "COPY a FROM stdin; DROP DATABASE x;\n\\.\n" => Reason::TextAfterCopy;
    // psql would wait for one END more.
    function_called_begin: "CREATE FUNCTION begin() AS 'x';" => Reason::MisleadingKeyword("begin".into());
    column_called_begin: "CREATE FUNCTION f BEGIN ATOMIC SELECT begin; END;" =>
        Reason::MisleadingKeyword("begin".into());
    // The server would end the function at `END`, and begin to copy while psql still waits for an END.
    column_called_case: "CREATE FUNCTION f BEGIN ATOMIC SELECT 1 AS case; END; COPY t FROM stdin; SELECT 1 end;" =>
        Reason::MisleadingKeyword("end".into());
    column_called_end: "CREATE FUNCTION f BEGIN ATOMIC SELECT 1 AS end; SELECT 2; END;" =>
        Reason::MisleadingKeyword("end".into());
    copy_inside_body: "CREATE FUNCTION f BEGIN ATOMIC COPY t FROM stdin; END;" =>
        Reason::EmbeddedStatement("copy".into());
    copy_inside_rule: "CREATE RULE r DO (SELECT 1; /* x */ COPY t FROM stdin);" =>
        Reason::EmbeddedStatement("copy".into());
    commit_inside_body: "CREATE FUNCTION f BEGIN ATOMIC RETURN 1; COMMIT; END;" =>
        Reason::EmbeddedStatement("commit".into());
    end_inside_rule: "CREATE RULE r DO (SELECT 1; END);" => Reason::EmbeddedStatement("end".into());
    open_string: "a 'x" => Reason::Unterminated(Open::String);
    open_escape_string: "a E'x\\'" => Reason::Unterminated(Open::String);
    open_identifier: "a \"x" => Reason::Unterminated(Open::Identifier);
    open_dollar: "a $x$ $" => Reason::Unterminated(Open::DollarQuote);
    open_comment: "a /* /* */" => Reason::Unterminated(Open::Comment);
    open_copy: "COPY a FROM stdin;\nx" => Reason::Unterminated(Open::CopyData);
    open_copy_at_its_end: "COPY a FROM stdin;\nx\n\\." => Reason::Unterminated(Open::CopyData);
}

#[test]
fn deep_nesting_is_refused() {
    let parentheses = format!("a {}", "(".repeat(20_000));
    let comments = format!("a {}", "/*".repeat(2_000));
    let tag = format!("a ${}$", "x".repeat(300));
    assert_eq!(kinds(&parentheses), Err(Reason::NestedTooDeep));
    assert_eq!(kinds(&comments), Err(Reason::NestedTooDeep));
    assert_eq!(kinds(&tag), Err(Reason::LongDollarTag(256)));
}

#[test]
fn lexemes_of_a_real_dump_give_it_back() {
    let text: Vec<u8> = lexemes(super::ODD.as_bytes())
        .map(Result::unwrap)
        .flat_map(|lexeme| lexeme.text.to_vec())
        .collect();
    assert_eq!(std::string::String::from_utf8(text).unwrap(), super::ODD);
}
