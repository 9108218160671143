//! Generates documents for tests and rehearsals. They pass the checks, and no real person is in them.
//!
//! Tests may not use documents of real people, and made-up bytes would not get past [`crate::check()`].

mod page;
mod portrait;

pub use page::page;
pub use portrait::photo;

#[cfg(test)]
mod tests {
    use domain::vocabulary::document_kind::DocumentKind;

    use super::*;
    use crate::{MediaType, Unacceptable, check, check_pdf};

    #[test]
    fn a_photo_is_accepted_and_depends_on_its_seed_alone() {
        let specimen = photo(7);
        assert_eq!(specimen, photo(7));
        assert_ne!(specimen, photo(8));
        assert!((10_000..60_000).contains(&specimen.len()), "{}", specimen.len());
        let accepted = check(DocumentKind::Photo, specimen).unwrap();
        assert_eq!((accepted.width, accepted.height), (Some(413), Some(531)));
    }

    #[test]
    fn a_page_is_accepted_as_a_letter() {
        let specimen = page(&["SPECIMEN", "Note verbale (No. 1) \\ Астана"]);
        let accepted = check(DocumentKind::NoteVerbale, specimen.clone()).unwrap();
        assert_eq!((accepted.media_type, accepted.bytes), (MediaType::Pdf, specimen.clone()));
        assert_eq!(check_pdf(specimen.clone()).map(|accepted| accepted.bytes), Ok(specimen));
        let refused = check_pdf(photo(7)).unwrap_err();
        assert_eq!(refused, Unacceptable::NotAnAcceptedType { found: "a JPEG", accepted: "a PDF" });
    }
}
