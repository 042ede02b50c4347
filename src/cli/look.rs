//! Flags that say how results look.

use clap::{Args, ValueEnum};

use crate::config::Color;

/// How results look.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Output")]
pub struct LookArgs {
    /// Form of the result on standard output
    #[arg(short = 'o', long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Colour [default: auto]
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    color: Option<Colour>,
    /// Say more (may be repeated)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Say nothing but the result and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

impl LookArgs {
    /// When to use colour.
    pub fn colour(&self) -> Colour {
        self.color.unwrap_or(Colour::Auto)
    }

    /// Takes what was not given from the settings.
    pub(super) fn settle(&mut self, color: Option<Color>) {
        self.color = self.color.or(color.map(|color| match color {
            Color::Auto => Colour::Auto,
            Color::Always => Colour::Always,
            Color::Never => Colour::Never,
        }));
    }
}

/// Form of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
