//! The font: measures texts, and breaks them into lines.
//!
//! Layout and drawing use the same widths. With different ones, a line could run out of its column.

use krilla::Data;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};

const REGULAR: &[u8] = include_bytes!("../../../../third_party/fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../../third_party/fonts/NotoSans-Bold.ttf");

/// A face of the font, regular or bold.
///
/// Each letter becomes one glyph, without shaping. That is right for Latin and Cyrillic, and the font has no Arabic.
pub(super) struct FontFace {
    /// The font for drawing.
    pub(super) font: Font,
    /// The same font for measuring; the drawing library does not offer widths.
    measured: FontRef<'static>,
}

impl FontFace {
    /// Noto Sans in regular weight.
    pub(super) fn regular() -> Self {
        Self::from_bytes(REGULAR)
    }

    /// Noto Sans in bold weight.
    pub(super) fn bold() -> Self {
        Self::from_bytes(BOLD)
    }

    /// A face from the bytes of a font file, which is compiled in.
    fn from_bytes(bytes: &'static [u8]) -> Self {
        let font = Font::new(Data::from(bytes), 0).expect("the file is a font");
        Self { font, measured: FontRef::new(bytes).expect("the file is a font") }
    }

    /// The glyphs of a text, each with its width as a fraction of the font size.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let letters = self.measured.charmap();
        let widths = self.measured.glyph_metrics(Size::unscaled(), LocationRef::default());
        let glyph = |(at, letter): (usize, char)| {
            // A letter that the font lacks is drawn as the font's empty box.
            let id = letters.map(letter).unwrap_or_default();
            let width = widths.advance_width(id).unwrap_or_default() / self.font.units_per_em();
            KrillaGlyph::new(GlyphId::new(id.to_u32()), width, 0.0, 0.0, 0.0, at..at + letter.len_utf8(), None)
        };
        text.char_indices().map(glyph).collect()
    }

    /// The width of a text in points, at a font size in points.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        self.glyphs(text).iter().map(|glyph| glyph.x_advance * size).sum()
    }

    /// Breaks a text into lines that are at most `width` points wide. A word that is wider is broken too.
    ///
    /// Every line but the last ends with its space, so that the concatenated lines are the text that a screen reader
    /// reads.
    pub(super) fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in text.split_whitespace().flat_map(|word| self.word_parts(word, size, width)) {
            let line = lines.last_mut().expect("there is always one");
            if !line.is_empty() && self.width(&format!("{line}{}", word.text), size) > width {
                lines.push(String::new());
            }
            let line = lines.last_mut().expect("there is always one");
            line.push_str(word.text);
            if word.is_last {
                line.push(' ');
            }
        }
        if let Some(last) = lines.last_mut() {
            last.truncate(last.trim_end().len());
        }
        lines
    }

    /// Splits a word into parts that fit a line; most words have one part.
    fn word_parts<'a>(&self, word: &'a str, size: f32, width: f32) -> Vec<WordPart<'a>> {
        let (mut word_parts, mut begin, mut part_width) = (Vec::new(), 0, 0.0);
        for glyph in self.glyphs(word) {
            let (at, one) = (glyph.text_range.start, glyph.x_advance * size);
            if part_width + one > width && at > begin {
                word_parts.push(WordPart { text: &word[begin..at], is_last: false });
                (begin, part_width) = (at, 0.0);
            }
            part_width += one;
        }
        word_parts.push(WordPart { text: &word[begin..], is_last: true });
        word_parts
    }
}

/// A word or a part of one.
struct WordPart<'a> {
    text: &'a str,
    /// Whether this is the last part of its word, so that a space follows.
    is_last: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A missing letter would be printed as an empty box in a decree.
    #[test]
    fn every_letter_of_the_three_languages_is_in_both_faces() {
        let letters = "ӘәҒғҚқҢңӨөҰұҮүҺһІіЁёЪъЫыЭэЮюЯяАаЩщ№—–«»“”’ÄäÇçÉéĞğİıŁłØøŞşŠšŽžŐőŪūȚțỄễ ABCxyz0123456789=+-@";
        for face in [FontFace::regular(), FontFace::bold()] {
            for (glyph, letter) in face.glyphs(letters).iter().zip(letters.chars()) {
                assert_ne!(glyph.glyph_id.to_u32(), 0, "{letter}");
            }
        }
    }

    #[test]
    fn lines_are_no_wider_than_they_may_and_nothing_is_lost() {
        let face = FontFace::regular();
        let texts =
            ["", "Әлия", "Нұрсұлтан Әбішұлы Қаңтарбаев-Өтеғұлов", "Абвгдеёжзийклмнопрстуфхцчшщъыьэюя ә", "a  b"];
        for text in texts {
            for width in [20.0, 60.0, 300.0] {
                let lines = face.wrap(text, 9.0, width);
                assert!(lines.iter().all(|line| face.width(line.trim_end(), 9.0) <= width), "{lines:?}");
                assert_eq!(lines.concat(), text.split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
        assert_eq!(face.wrap("Ұзақ мерзімді бақылаушы", 9.0, 80.0), ["Ұзақ мерзімді ", "бақылаушы"]);
    }
}
