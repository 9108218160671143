//! The font: how wide a text is, and where its lines end.

use krilla::Data;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};

const REGULAR: &[u8] = include_bytes!("../../../../third_party/fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../../third_party/fonts/NotoSans-Bold.ttf");

/// A cut of the font. Its letters stand one after the other, as Latin and Cyrillic ones do.
pub(super) struct Face {
    /// As it is drawn.
    pub(super) font: Font,
    measured: FontRef<'static>,
}

impl Face {
    pub(super) fn regular() -> Self {
        Self::of(REGULAR)
    }

    pub(super) fn bold() -> Self {
        Self::of(BOLD)
    }

    fn of(bytes: &'static [u8]) -> Self {
        let font = Font::new(Data::from(bytes), 0).expect("the file is a font");
        Self { font, measured: FontRef::new(bytes).expect("the file is a font") }
    }

    /// The letters of a text, each with its width as a part of the font's size.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let letters = self.measured.charmap();
        let widths = self.measured.glyph_metrics(Size::unscaled(), LocationRef::default());
        let glyph = |(at, letter): (usize, char)| {
            // A letter that the font does not have shows as its empty box.
            let id = letters.map(letter).unwrap_or_default();
            let width = widths.advance_width(id).unwrap_or_default() / self.font.units_per_em();
            KrillaGlyph::new(GlyphId::new(id.to_u32()), width, 0.0, 0.0, 0.0, at..at + letter.len_utf8(), None)
        };
        text.char_indices().map(glyph).collect()
    }

    /// The width of a text.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        self.glyphs(text).iter().map(|glyph| glyph.x_advance * size).sum()
    }

    /// A text in lines that are no wider than this; a word that is wider is broken. All lines but the last end in the space
    /// that stood there.
    pub(super) fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in text.split_whitespace().flat_map(|word| self.pieces(word, size, width)) {
            let line = lines.last_mut().expect("there is always one");
            if !line.is_empty() && self.width(&format!("{line}{}", word.text), size) > width {
                lines.push(String::new());
            }
            let line = lines.last_mut().expect("there is always one");
            line.push_str(word.text);
            if word.ends {
                line.push(' ');
            }
        }
        if let Some(last) = lines.last_mut() {
            last.truncate(last.trim_end().len());
        }
        lines
    }

    /// A word, in pieces if it is too wide for a line.
    fn pieces<'a>(&self, word: &'a str, size: f32, width: f32) -> Vec<Piece<'a>> {
        let (mut pieces, mut begin, mut wide) = (Vec::new(), 0, 0.0);
        for glyph in self.glyphs(word) {
            let (at, one) = (glyph.text_range.start, glyph.x_advance * size);
            if wide + one > width && at > begin {
                pieces.push(Piece { text: &word[begin..at], ends: false });
                (begin, wide) = (at, 0.0);
            }
            wide += one;
        }
        pieces.push(Piece { text: &word[begin..], ends: true });
        pieces
    }
}

/// A word or a part of one.
struct Piece<'a> {
    text: &'a str,
    /// Whether the word ends with it.
    ends: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_the_three_languages_is_in_both_cuts() {
        let letters = "ӘәҒғҚқҢңӨөҰұҮүҺһІіЁёЪъЫыЭэЮюЯяАаЩщ№—–«»“”’ÄäÇçÉéĞğİıŁłØøŞşŠšŽžŐőŪūȚțỄễ ABCxyz0123456789=+-@";
        for face in [Face::regular(), Face::bold()] {
            for (glyph, letter) in face.glyphs(letters).iter().zip(letters.chars()) {
                assert_ne!(glyph.glyph_id.to_u32(), 0, "{letter}");
            }
        }
    }

    #[test]
    fn lines_are_no_wider_than_they_may_and_nothing_is_lost() {
        let face = Face::regular();
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
