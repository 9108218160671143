//! Shows the progress of a rehearsal: a bar on a terminal, and nothing elsewhere.

use indicatif::{ProgressBar, ProgressStyle};

/// A progress bar of one line on the standard error.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar that is shown only if the standard error is a terminal.
    pub fn on_terminal() -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{msg:34} {bar:40} {pos:>5}/{len:<5} {elapsed}");
        bar.set_style(style.expect("a test shows the template"));
        Self(bar)
    }

    /// A bar that is never shown, for tests.
    pub fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Begins a step, `what`, that has this many parts.
    pub fn begin(&self, what: &'static str, parts: usize) {
        self.0.set_position(0);
        self.0.set_length(parts as u64);
        self.0.set_message(what);
    }

    /// Notes that one part is done.
    pub fn advance(&self) {
        self.0.inc(1);
    }

    /// Removes the bar from the terminal.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The style panics on a wrong template, and only on a terminal would anybody see that.
    #[test]
    fn the_template_is_valid() {
        Progress::on_terminal().end();
    }
}
