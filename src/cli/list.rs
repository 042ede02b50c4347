//! `list`: how much of it.

use clap::Args;

/// `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Show only the newest so many; 0 for all [default: 20 as text on a terminal, else all]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}
