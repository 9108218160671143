//! How far the rehearsal is: bars on a terminal, and nothing elsewhere.

use indicatif::{ProgressBar, ProgressStyle};

/// One line on a terminal's standard error.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// A line that shows nothing unless the standard error is a terminal.
    pub fn on_terminal() -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{msg:34} {bar:40} {pos:>5}/{len:<5} {elapsed}");
        bar.set_style(style.expect("a test shows the template"));
        Self(bar)
    }

    /// A line that shows nothing anywhere.
    pub fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Begins something with so many parts.
    pub fn begin(&self, what: &'static str, parts: usize) {
        self.0.set_position(0);
        self.0.set_length(parts as u64);
        self.0.set_message(what);
    }

    /// One part is done.
    pub fn advance(&self) {
        self.0.inc(1);
    }

    /// Takes the line away.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_one() {
        Progress::on_terminal().end();
    }
}
