//! The plugin: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    quetzal_db::run(std::env::args_os())
}
