//! Bar charts for terminals.
//!
//! Nothing here uses colors or cursor movements. The chart must be readable in a log file and in a mail.

use std::io::IsTerminal as _;

use comfy_table::Table;

/// The columns of a line if stdout is no terminal.
const WIDTH: usize = 80;
/// A label takes at most one part in this many of a line. Long names must leave space for the bars.
const LABEL_DIVISOR: usize = 3;

/// One bar of a chart.
#[derive(Debug, PartialEq, Eq)]
pub struct Bar {
    /// The label. Each of its characters must be one column wide.
    pub label: String,
    /// The value, zero or more.
    pub value: i64,
}

/// How a chart is drawn: its width in columns, and the characters of its bars.
#[derive(Debug, Clone, Copy)]
pub struct BarChart {
    width: usize,
    /// Whether bars are block characters; otherwise they are `#`, which every terminal can show.
    blocks: bool,
}

impl BarChart {
    /// A chart as wide as the terminal. It has blocks only if the locale says UTF-8; a file gets plain ASCII.
    pub fn for_stdout() -> Self {
        if !std::io::stdout().is_terminal() {
            return Self { width: WIDTH, blocks: false };
        }
        // The order is that of POSIX: the first variable that is set and not empty wins.
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
        Self { width: Table::new().width().map_or(WIDTH, usize::from), blocks: is_utf8(&locale) }
    }

    /// Draws one line for each bar: label, bar and value. The largest value takes the whole width.
    pub fn draw(self, bars: &[Bar]) -> String {
        let longest = |len: fn(&Bar) -> usize| bars.iter().map(len).max().unwrap_or(0);
        let label = longest(|bar| bar.label.chars().count()).min(self.width / LABEL_DIVISOR);
        let value = longest(|bar| bar.value.to_string().len());
        // Zero would divide by zero if every bar is empty.
        let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
        // Two columns are blanks: one before the bar and one after it.
        let room = self.width.saturating_sub(label + value + 2).max(1);
        let line = |bar: &Bar| {
            let name: String = bar.label.chars().take(label).collect();
            let length = length(bar.value, most, room);
            let drawn = if self.blocks { "\u{2588}" } else { "#" }.repeat(length);
            format!("{name:<label$} {drawn}{}{}", if length > 0 { " " } else { "" }, bar.value)
        };
        bars.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// The length of a bar in columns. A value above zero has at least one, so that it can be seen.
fn length(value: i64, most: i64, room: usize) -> usize {
    let part = |value: i64| usize::try_from(value).unwrap_or(0);
    let length = (part(value) * room).div_euclid(part(most).max(1));
    if value > 0 { length.clamp(1, room) } else { 0 }
}

/// Whether the name of a locale says UTF-8.
fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(values: &[(&str, i64)]) -> Vec<Bar> {
        values.iter().map(|(label, value)| Bar { label: (*label).to_owned(), value: *value }).collect()
    }

    /// One person among 300 must not look like nobody.
    #[test]
    fn the_longest_bar_takes_the_whole_width_and_small_values_are_visible() {
        let bars = bars(&[("osce-odihr", 300), ("cis", 150), ("nato-pa", 1), ("oic", 0)]);
        let drawn = BarChart { width: 35, blocks: false }.draw(&bars);
        let expected = "\
osce-odihr #################### 300
cis        ########## 150
nato-pa    # 1
oic        0";
        assert_eq!(drawn, expected);
        assert!(drawn.lines().all(|line| line.len() <= 35));
        let blocks = BarChart { width: 35, blocks: true }.draw(&bars);
        assert_eq!(blocks, expected.replace('#', "\u{2588}"));
    }

    /// A terminal can be narrower than any label, and an election can have no applications.
    #[test]
    fn a_chart_without_bars_or_space_is_drawn_without_panic() {
        assert_eq!(BarChart { width: 80, blocks: false }.draw(&[]), "");
        assert_eq!(BarChart { width: 80, blocks: false }.draw(&bars(&[("", 0)])), " 0");
        assert_eq!(BarChart { width: 9, blocks: false }.draw(&bars(&[("a-long-name", 12)])), "a-l ## 12");
        assert_eq!(BarChart { width: 0, blocks: false }.draw(&bars(&[("a", 12)])), " # 12");
    }

    /// Locales spell UTF-8 with and without the hyphen, in upper and lower case.
    #[test]
    fn blocks_need_a_utf_8_locale() {
        for (locale, expected) in [("kk_KZ.UTF-8", true), ("C.utf8", true), ("C", false), ("", false)] {
            assert_eq!(is_utf8(locale), expected, "{locale}");
        }
    }
}
