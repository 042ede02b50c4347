//! `status --watch`: the same again and again, until Ctrl-C or the end of the restore that it follows.

use std::time::{Duration, Instant};

use crate::commands::Context;
use crate::error::Error;
use crate::restore::engine::in_words;
use crate::ui::screen::{Screen, width};
use crate::ui::{OutputError, print_text};

use super::changes::changes;
use super::end::{End, Follow, Seen};
use super::report::Report;
use super::{Look, text};

/// An API server, a Pod or a server that is away for so long ends the watching.
const PATIENCE: Duration = Duration::from_secs(90);
const FOOT: &str = "Ctrl-C ends the watching, nothing else.";

pub(super) async fn run(context: &Context, interval: Duration) -> Result<(), Error> {
    let mut look = Look::new(context).await?;
    let mut view = View::new(context);
    let mut follow = Follow::default();
    let begun = Instant::now();
    let mut answered = Instant::now();
    loop {
        match look.report().await {
            Ok((report, found)) => {
                answered = Instant::now();
                let job = |id: &str| report.restores.iter().find(|r| r.id == id)?.job.as_deref();
                let restores: Vec<_> = found
                    .earlier
                    .iter()
                    .map(|e| Seen::new(&e.record, job(&e.record.plan.id.to_string())))
                    .collect();
                let beat = found.holder.as_ref().map(|h| h.beat.as_str());
                let end = follow.look(&restores, beat, begun.elapsed());
                let news = view.show(context, report)?;
                if let Some(end) = end {
                    return last(context, &mut look, view, end).await;
                }
                if (news || look.is_stale())
                    && let Err(error) = look.ask(context).await
                {
                    view.trouble(context, &error)?;
                }
            }
            Err(error) if answered.elapsed() < PATIENCE => view.trouble(context, &error)?,
            Err(error) => return Err(error),
        }
        tokio::time::sleep(interval).await;
        if let Err(error) = look.refresh(context).await {
            view.trouble(context, &error)?;
        }
    }
}

/// Shows how it is now, and says how the restore ended.
async fn last(context: &Context, look: &mut Look, mut view: View, end: End) -> Result<(), Error> {
    look.refresh(context).await?;
    look.ask(context).await?;
    let (report, _) = look.report().await?;
    let end = end.told_by(report.last_drill.as_ref());
    view.show(context, report)?;
    match end {
        End::Finished(id) => context.ui.say(&format!("Restore {id} has finished.")),
        End::WentBack(id) => context.ui.say(&format!("Restore {id} is rolled back.")),
        End::RolledBack(id) => return Err(Error::WatchedBack(id)),
        End::Left(id) => return Err(Error::WatchedLeft(id)),
        End::Unseen(id) => return Err(Error::WatchedGone(id)),
    }
    Ok(())
}

/// What is shown, and how.
struct View {
    form: Form,
    before: Option<Report>,
    /// What was drawn or written last.
    text: String,
}

enum Form {
    /// All of it, drawn over what was there.
    Screen(Screen),
    /// All of it once, then a line a change.
    Lines,
    /// All of it in one line of JSON, again when something changed.
    Json,
}

impl View {
    fn new(context: &Context) -> Self {
        let form = if context.ui.wants_json() {
            Form::Json
        } else {
            Screen::new().map_or(Form::Lines, Form::Screen)
        };
        Self {
            form,
            before: None,
            text: String::new(),
        }
    }

    /// Shows it; says whether it is another than before.
    fn show(&mut self, context: &Context, report: Report) -> Result<bool, Error> {
        let (now, inks) = (crate::clock::now(), context.ui.inks());
        let news = self.before.as_ref().map(|before| changes(before, &report));
        match &mut self.form {
            Form::Screen(screen) => {
                self.text = text::text(&report, inks, width(), now);
                screen.draw(&format!("{}{}", self.text, inks.faint(FOOT)))?;
            }
            Form::Lines => match &news {
                None => print_text(&text::text(&report, inks, None, now))?,
                Some(lines) => {
                    let clock = now.strftime("%H:%M:%SZ");
                    let lines = lines.iter().map(|line| format!("{clock} {line}\n"));
                    print_text(&lines.collect::<String>())?;
                }
            },
            Form::Json => {
                let line = serde_json::to_string(&report).map_err(std::io::Error::from);
                let line = line.map_err(OutputError)? + "\n";
                if line != self.text {
                    print_text(&line)?;
                    self.text = line;
                }
            }
        }
        self.before = Some(report);
        Ok(news.is_some_and(|lines| !lines.is_empty()))
    }

    /// Says that a look failed; the next may not.
    fn trouble(&mut self, context: &Context, error: &Error) -> Result<(), Error> {
        let said = format!("not seen: {}", in_words(error));
        match &mut self.form {
            Form::Screen(screen) => {
                let said = context.ui.inks().caution(&said);
                screen.draw(&format!("{}{said}\n", self.text))?;
            }
            Form::Lines | Form::Json => context.ui.say(&said),
        }
        Ok(())
    }
}
