//! What a delegation files for a person.

use sha2::{Digest, Sha256};
use wire::v1::{self, DocumentKind};

/// The documents that the rules ask for.
const DOCUMENTS: [DocumentKind; 3] = [DocumentKind::PassportPage, DocumentKind::Photo, DocumentKind::Pledge];

/// The content of an application: the person, the category, and the documents that go with every application.
pub fn application(category: v1::Category, person: v1::Person) -> v1::Application {
    let documents = DOCUMENTS.map(|kind| document(kind, &person, "first scan")).to_vec();
    v1::Application { category: category.into(), person: Some(person), documents, ..Default::default() }
}

/// The content of an application that came on paper, with the scan of its note.
pub fn on_paper(category: v1::Category, person: v1::Person, paper: v1::PaperFiling) -> v1::Application {
    let mut application = application(category, person.clone());
    application.documents.push(document(DocumentKind::NoteVerbale, &person, "first scan"));
    application.paper = Some(paper);
    application
}

/// The same content with another scan of the photo.
pub fn with_another_photo(application: &v1::Application) -> v1::Application {
    let mut mended = content(application);
    let person = application.person.clone().unwrap_or_default();
    for scan in &mut mended.documents {
        if scan.kind() == DocumentKind::Photo {
            *scan = document(DocumentKind::Photo, &person, "second scan");
        }
    }
    mended
}

/// What a delegation wrote, without what the service added.
pub fn content(application: &v1::Application) -> v1::Application {
    v1::Application {
        category: application.category,
        person: application.person.clone(),
        documents: application.documents.clone(),
        ..Default::default()
    }
}

/// The digest stands for a scan that nobody has made; its size is that of a usual one.
fn document(kind: DocumentKind, person: &v1::Person, scan: &str) -> v1::Document {
    let number = person.passport.as_ref().map_or("", |passport| &passport.number);
    let sha256 = Sha256::digest(format!("{} of {number}, {scan}", kind.as_str_name())).to_vec();
    let size_bytes = 200_000 + i64::from(u16::from_be_bytes([sha256[0], sha256[1]]));
    v1::Document { kind: kind.into(), sha256, size_bytes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::People;

    #[test]
    fn another_photo_changes_nothing_else() {
        let first = application(v1::Category::Diplomat, People::new(1).person("FRA"));
        let second = with_another_photo(&first);
        let changed: Vec<_> = first.documents.iter().zip(&second.documents).map(|(old, new)| old != new).collect();
        assert_eq!(changed, [false, true, false]);
        assert!(first.person == second.person && first.category == second.category);
    }
}
