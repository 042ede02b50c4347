//! The verbs, one a file: observe, plan, show, confirm, execute, report.

mod asked;
mod backup;
mod cleanup;
mod complete;
mod completion;
mod doctor;
mod download;
mod drill;
mod find;
mod given_up;
mod in_cluster;
mod list;
mod maintenance;
mod report;
mod restore;
mod resume;
mod rollback;
mod run;
mod settings;
mod site;
mod status;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;
use tokio_util::sync::CancellationToken;

use crate::cli::{Cli, Verb};
use crate::error::{Error, Exit};
use crate::ui::{self, Ui};

use asked::Asked;

/// What every verb gets.
pub(crate) struct Context {
    cli: Cli,
    ui: Ui,
    /// Ctrl-C was pressed, or the lock is lost.
    interrupt: CancellationToken,
    /// Something was changed that a sudden end would leave half-way.
    begun: CancellationToken,
}

/// Runs the program: parses, executes, prints the error if there is one, and says how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(words) = complete::question(&arguments) {
        return complete::run(&words);
    }
    let mut cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        // clap knows where help and usage errors go; there is nobody to tell when that fails.
        Err(usage) => {
            let _ = usage.print();
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2));
        }
    };
    let verb = cli.command.of_backup();
    // A shell that starts asks for its completion, whatever is in the file.
    if !matches!(cli.command, Verb::Completion(_))
        && let Err(error) = settings::settle(&mut cli)
    {
        return fail(Ui::new(cli.look), &error, verb);
    }
    let ui = Ui::new(cli.look);
    ui::log::start(cli.look, ui);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            ui.error(&error, None, Exit::Failed as u8);
            return ExitCode::from(Exit::Failed as u8);
        }
    };
    let outcome = runtime.block_on(execute(Context {
        cli,
        ui,
        interrupt: CancellationToken::new(),
        begun: CancellationToken::new(),
    }));
    // A read of standard input that nobody waits for any more must not keep the program alive.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(ui, &error, verb),
    }
}

/// Prints the error and gives its exit code.
fn fail(ui: Ui, error: &Error, verb: Option<&str>) -> ExitCode {
    let exit = error.exit();
    if exit != Exit::Done {
        ui.error(error, error.hint(verb).as_deref(), exit as u8);
    }
    ExitCode::from(exit as u8)
}

/// The first Ctrl-C asks the verb to end well, the second does not wait for that.
async fn execute(context: Context) -> Result<(), Error> {
    let mut asked = Asked::new();
    let stopped = async {
        asked.again().await;
        context.interrupt.cancel();
        if context.begun.is_cancelled() {
            context
                .ui
                .say("Stopping where it is safe. Ctrl-C again stops at once.");
        }
        asked.again().await;
    };
    tokio::select! {
        biased;
        outcome = verb(&context) => outcome,
        () = stopped => Err(if context.begun.is_cancelled() {
            Error::StoppedAtOnce
        } else {
            Error::Interrupted
        }),
    }
}

async fn verb(context: &Context) -> Result<(), Error> {
    match &context.cli.command {
        Verb::Backup(args) => backup::run(context, args).await,
        Verb::List(args) => list::run(context, args).await,
        Verb::Download(args) => download::run(context, args).await,
        Verb::Verify(args) => verify::run(context, args).await,
        Verb::Restore(args) => restore::run(context, args).await,
        Verb::Drill(args) => drill::run(context, args).await,
        Verb::Status(args) => status::run(context, args).await,
        Verb::Resume(args) => resume::run(context, args).await,
        Verb::Rollback(args) => rollback::run(context, args).await,
        Verb::Cleanup(args) => cleanup::run(context, args).await,
        Verb::Maintenance { switch } => maintenance::run(context, *switch).await,
        Verb::Doctor(args) => doctor::run(context, args).await,
        Verb::Completion(args) => completion::run(context, args),
    }
}

impl Context {
    /// For work that changes nothing: Ctrl-C simply ends it.
    async fn until_interrupted<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        tokio::select! {
            biased;
            () = self.interrupt.cancelled() => Err(Error::Interrupted),
            outcome = work => outcome,
        }
    }
}
