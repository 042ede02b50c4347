//! Text for a narrow terminal. Pure.

use console::measure_text_width;

/// Labels such as `Safety copy` stand in so many columns at most, before what they are labels of.
const LABEL: usize = 16;
/// What is less wide than this can't be read in columns.
const LEAST: usize = 20;

/// Breaks lines that are too wide between words; what goes on stands below the first word behind the line's label.
///
/// A table stays as it is, and so does what may be copied: a break would become part of the command.
pub(super) fn fit(text: &str, width: usize) -> String {
    let lines = text.split_inclusive('\n');
    let fitted = lines.map(|line| {
        let (content, end) = line
            .strip_suffix('\n')
            .map_or((line, ""), |content| (content, "\n"));
        broken(content, width).unwrap_or_else(|| content.to_owned()) + end
    });
    fitted.collect()
}

/// Nothing where it fits, or must not be broken.
fn broken(line: &str, width: usize) -> Option<String> {
    if measure_text_width(line) <= width || line.contains("kubectl ") {
        return None;
    }
    let indent = indent(line);
    let columns = measure_text_width(&line[..indent]);
    if line[indent..].contains("  ") || columns + LEAST > width {
        return None;
    }
    let mut text = line[..indent].to_owned();
    let mut at = columns;
    for (n, word) in line[indent..].split(' ').enumerate() {
        let wide = measure_text_width(word);
        if n > 0 && at + 1 + wide > width {
            text.push('\n');
            text.push_str(&" ".repeat(columns));
            at = columns;
        } else if n > 0 {
            text.push(' ');
            at += 1;
        }
        text.push_str(word);
        at += wide;
    }
    Some(text)
}

/// Bytes of the label and the spaces behind it, or of the spaces before the line.
fn indent(line: &str) -> usize {
    let text = |from: usize| {
        line[from..]
            .find(|c| c != ' ')
            .map_or(line.len(), |n| from + n)
    };
    let begin = text(0);
    match line[begin..].find("  ") {
        Some(gap) if measure_text_width(&line[..begin + gap]) <= LABEL => text(begin + gap),
        _ => begin,
    }
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn what_goes_on_stands_below_what_it_belongs_to() {
        let line =
            "Safety copy  through cronjob/db, proved complete before anything is loaded\nnext\n";
        let wanted = "Safety copy  through cronjob/db, proved\n             complete before anything is\n             \
                      loaded\nnext\n";
        assert_eq!(fit(line, 40), wanted);
        assert_eq!(
            fit("  one two three four five six", 24),
            "  one two three four\n  five six"
        );
        let bold = "\u{1b}[1mInto\u{1b}[0m        pod/a in namespace b of c";
        assert_eq!(
            fit(bold, 33),
            format!("{}\n            of c", &bold[..bold.len() - 5])
        );
    }

    #[test]
    fn what_fits_what_is_copied_and_what_is_a_table_stays() {
        for line in [
            "short",
            "Go back to them: kubectl quetzal-db rollback",
            "quetzal   20   79249   30.5 MiB   quetzal__restore",
            "             -   15.0 MiB  the backup as it is stored",
            "a-word-that-is-wider-than-the-terminal-is",
        ] {
            assert_eq!(fit(line, 30), line);
        }
    }
}
