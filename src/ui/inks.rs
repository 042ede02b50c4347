//! Colours of results on standard output.

use owo_colors::{OwoColorize as _, Style};

/// Whether there are any.
#[derive(Debug, Clone, Copy)]
pub struct Inks {
    pub(super) colour: bool,
}

impl Inks {
    /// None.
    pub const fn without() -> Self {
        Self { colour: false }
    }

    /// For what heads others.
    pub fn strong(self, text: &str) -> String {
        self.paint(text, Style::new().bold())
    }

    /// For what is well.
    pub fn good(self, text: &str) -> String {
        self.paint(text, Style::new().green())
    }

    /// For what deserves care.
    pub fn caution(self, text: &str) -> String {
        self.paint(text, Style::new().yellow())
    }

    /// For what is not well.
    pub fn bad(self, text: &str) -> String {
        self.paint(text, Style::new().red().bold())
    }

    /// For what matters less.
    pub fn faint(self, text: &str) -> String {
        self.paint(text, Style::new().dimmed())
    }

    fn paint(self, text: &str, style: Style) -> String {
        if self.colour {
            text.style(style).to_string()
        } else {
            text.to_owned()
        }
    }
}
