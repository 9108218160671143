//! Horizontal bars in a terminal.

use std::io::IsTerminal as _;

use comfy_table::Table;

/// Where nothing says how wide a line is.
const WIDTH: usize = 80;
/// A label takes so much of a line at the most, of three parts.
const LABEL_PART: usize = 3;

/// What a bar is called, and how long it is.
#[derive(Debug, PartialEq, Eq)]
pub struct Bar {
    /// In letters that take one place each.
    pub label: String,
    /// Not negative.
    pub value: i64,
}

/// What bars are drawn on.
#[derive(Debug, Clone, Copy)]
pub struct Canvas {
    width: usize,
    /// Drawn with blocks, and else with plain ASCII.
    blocks: bool,
}

impl Canvas {
    /// As wide as the terminal; blocks only for a terminal whose letters are UTF-8.
    pub fn of_stdout() -> Self {
        if !std::io::stdout().is_terminal() {
            return Self { width: WIDTH, blocks: false };
        }
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
        Self { width: Table::new().width().map_or(WIDTH, usize::from), blocks: is_utf8(&locale) }
    }

    /// A line for each bar: what it is called, the bar and the value. The longest takes the whole width.
    pub fn draw(self, bars: &[Bar]) -> String {
        let longest = |len: fn(&Bar) -> usize| bars.iter().map(len).max().unwrap_or(0);
        let label = longest(|bar| bar.label.chars().count()).min(self.width / LABEL_PART);
        let value = longest(|bar| bar.value.to_string().len());
        let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
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

/// At least one place for whatever is not zero.
fn length(value: i64, most: i64, room: usize) -> usize {
    let part = |value: i64| usize::try_from(value).unwrap_or(0);
    let length = (part(value) * room).div_euclid(part(most).max(1));
    if value > 0 { length.clamp(1, room) } else { 0 }
}

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

    #[test]
    fn the_longest_bar_takes_the_whole_width_and_what_is_not_zero_is_seen() {
        let bars = bars(&[("osce-odihr", 300), ("cis", 150), ("nato-pa", 1), ("oic", 0)]);
        let drawn = Canvas { width: 35, blocks: false }.draw(&bars);
        let expected = "\
osce-odihr #################### 300
cis        ########## 150
nato-pa    # 1
oic        0";
        assert_eq!(drawn, expected);
        assert!(drawn.lines().all(|line| line.len() <= 35));
        let blocks = Canvas { width: 35, blocks: true }.draw(&bars);
        assert_eq!(blocks, expected.replace('#', "\u{2588}"));
    }

    #[test]
    fn it_draws_nothing_on_nothing_and_something_where_there_is_no_room() {
        assert_eq!(Canvas { width: 80, blocks: false }.draw(&[]), "");
        assert_eq!(Canvas { width: 80, blocks: false }.draw(&bars(&[("", 0)])), " 0");
        assert_eq!(Canvas { width: 9, blocks: false }.draw(&bars(&[("a-long-name", 12)])), "a-l ## 12");
        assert_eq!(Canvas { width: 0, blocks: false }.draw(&bars(&[("a", 12)])), " # 12");
    }

    #[test]
    fn blocks_are_for_utf_8() {
        for (locale, expected) in [("kk_KZ.UTF-8", true), ("C.utf8", true), ("C", false), ("", false)] {
            assert_eq!(is_utf8(locale), expected, "{locale}");
        }
    }
}
