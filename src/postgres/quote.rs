//! The one place that turns data into SQL text.

/// An identifier in double quotes, inner quotes doubled. Always quoted, so that no list of keywords is needed.
pub fn identifier(name: &str) -> String {
    enclose(name, '"')
}

/// A string literal for `standard_conforming_strings = on`: backslashes stand for themselves.
pub fn literal(text: &str) -> String {
    enclose(text, '\'')
}

fn enclose(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        if c == quote {
            out.push(quote);
        }
        out.push(c);
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_names_stay_one_token() {
        assert_eq!(identifier(r#"we"ird; DROP"#), r#""we""ird; DROP""#);
        assert_eq!(literal(r"it's \ here"), r"'it''s \ here'");
    }

    proptest! {
        #[test]
        fn undoubling_the_inside_gives_the_name_back(name in "[a-z\"'; \\\\é]{0,12}") {
            let quoted = identifier(&name);
            let inside = &quoted[1..quoted.len() - 1];
            prop_assert_eq!(inside.replace("\"\"", "\""), name);
            prop_assert_eq!(inside.matches('"').count() % 2, 0);
        }
    }
}
