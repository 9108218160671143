//! The content that a delegation files for a person, with scans of documents made for it.
//!
//! A scan depends only on the person, the kind and its number. So nothing has to be stored between declaring and
//! uploading it: [`bytes_of`] makes the same bytes again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, bail};
use client::{Client, declare};
use documents::sample;
use sha2::{Digest, Sha256};
use wire::v1::{self, DocumentKind};

use crate::calls::{Calls, request_id};

/// The documents that the rule pack requires for every application.
const DOCUMENTS: [DocumentKind; 3] = [DocumentKind::PassportPage, DocumentKind::Photo, DocumentKind::Pledge];
/// The scans that can be made of a document: the one that is filed, and one that replaces it.
const SCANS: [&str; 2] = ["first scan", "second scan"];

/// The content of an application: the category, the person, and the declared documents.
pub fn application(category: v1::Category, person: v1::Person) -> v1::Application {
    let documents = documents_of(&person);
    v1::Application { category: category.into(), person: Some(person), documents, ..Default::default() }
}

/// The content of an application that was filed on paper, with a scan of its note verbale.
pub fn on_paper(category: v1::Category, person: v1::Person, paper: v1::PaperFiling) -> v1::Application {
    let mut application = application(category, person.clone());
    application.documents.push(note_of(&person));
    application.paper = Some(paper);
    application
}

/// The declaration of the note verbale with which an application was filed on paper.
pub fn note_of(person: &v1::Person) -> v1::Document {
    declare(DocumentKind::NoteVerbale, &scan(DocumentKind::NoteVerbale, person, SCANS[0]))
}

/// The declarations of the documents that every application of a person has.
pub fn documents_of(person: &v1::Person) -> Vec<v1::Document> {
    DOCUMENTS.map(|kind| declare(kind, &scan(kind, person, SCANS[0]))).to_vec()
}

/// The content of an application with another scan of the photo, without what the service added.
pub fn with_another_photo(application: &v1::Application) -> v1::Application {
    let mut corrected = content(application);
    let person = application.person.clone().unwrap_or_default();
    for document in &mut corrected.documents {
        if document.kind() == DocumentKind::Photo {
            *document = declare(DocumentKind::Photo, &scan(DocumentKind::Photo, &person, SCANS[1]));
        }
    }
    corrected
}

/// The content that a delegation wrote, without what the service added.
pub fn content(application: &v1::Application) -> v1::Application {
    v1::Application {
        category: application.category,
        person: application.person.clone(),
        documents: application.documents.clone(),
        ..Default::default()
    }
}

/// The bytes of a document that [`application`] or [`with_another_photo`] declared.
///
/// # Errors
///
/// Fails if the declaration is of any other document.
pub fn bytes_of(person: &v1::Person, declared: &v1::Document) -> anyhow::Result<Arc<[u8]>> {
    for name in SCANS {
        let bytes = scan(declared.kind(), person, name);
        if declare(declared.kind(), &bytes).sha256 == declared.sha256 {
            return Ok(bytes.into());
        }
    }
    bail!("the declared {} is none that this module makes", declared.kind().as_str_name())
}

/// Uploads the documents that `content` declares, except those that an earlier version, `before`, declared already.
///
/// # Errors
///
/// Fails if the server refuses an upload, or if `content` declares a document that this module does not make.
pub async fn upload(
    calls: &Calls,
    secretary: &Client,
    name: &str,
    content: &v1::Application,
    before: &[v1::Document],
) -> anyhow::Result<()> {
    let person = content.person.clone().unwrap_or_default();
    for declared in content.documents.iter().filter(|declared| !before.contains(declared)) {
        let bytes = bytes_of(&person, declared)?;
        let document = Some(declared.clone());
        let header = v1::UploadHeader { request_id: request_id(), parent: name.to_owned(), document };
        let sent = calls.make(secretary.upload_document(header, bytes)).await;
        sent.with_context(|| format!("cannot upload the {} of {name}", declared.kind().as_str_name()))?;
    }
    Ok(())
}

/// Writes specimens of the required documents for people who file by hand. Returns their paths by kind.
pub fn write_specimens(directory: &Path) -> std::io::Result<BTreeMap<&'static str, PathBuf>> {
    let person =
        v1::Person { given_name: "ERIKA".to_owned(), family_name: "MUSTERMANN".to_owned(), ..Default::default() };
    std::fs::create_dir_all(directory)?;
    let names = [("passport-page", "pdf"), ("photo", "jpg"), ("pledge", "pdf")];
    let written = names.into_iter().zip(DOCUMENTS).map(|((name, extension), kind)| {
        let path = directory.join(name).with_extension(extension);
        std::fs::write(&path, scan(kind, &person, SCANS[0])).map(|()| (name, path))
    });
    written.collect()
}

/// A fixed number of portraits, each drawn when it is first needed and then shared by many people.
///
/// Drawing one takes longer than filing an application, so one for each person would dominate the rehearsal's time.
static PORTRAITS: [OnceLock<Vec<u8>>; 97] = [const { OnceLock::new() }; 97];

/// Draws the portraits ahead on another thread, from the last to the first. Making a plan draws from the other end.
pub fn draw_portraits_ahead() {
    // Nobody waits for the thread. If the program ends first, the rest was not needed.
    std::thread::spawn(|| {
        (0..PORTRAITS.len()).rev().for_each(|face| {
            portrait(face);
        })
    });
}

/// A portrait, which is drawn now if it was not yet.
fn portrait(face: usize) -> &'static [u8] {
    PORTRAITS[face].get_or_init(|| sample::photo(face as u64))
}

/// A scan of an unsigned specimen. It is different for each person, so that no digest occurs twice.
fn scan(kind: DocumentKind, person: &v1::Person, name: &str) -> Vec<u8> {
    let passport = person.passport.clone().unwrap_or_default();

    if kind == DocumentKind::Photo {
        // The passport number chooses the portrait, so a person keeps it. The second scan takes the next portrait.
        let digest = Sha256::digest(&passport.number);
        let first = usize::from(digest[0]) + usize::from(digest[1]) * 256;
        let number = SCANS.iter().position(|one| *one == name).unwrap_or_default();
        return portrait((first + number) % PORTRAITS.len()).to_vec();
    }
    let heading = format!("SPECIMEN, {name}: {}", kind.as_str_name());
    let holder = format!("{} {}, {}", person.given_name, person.family_name, passport.number);
    let zone: Vec<&str> = passport.mrz.split('\n').filter(|line| !line.is_empty()).collect();
    sample::page(&[&[heading.as_str(), holder.as_str()], &zone[..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::People;

    /// Uploading depends on the second: the bytes are made again from the declaration.
    #[test]
    fn another_photo_changes_nothing_else_and_every_scan_can_be_made_again() {
        let first = application(v1::Category::Diplomat, People::new(1).person("FRA"));
        let second = with_another_photo(&first);
        let changed: Vec<_> = first.documents.iter().zip(&second.documents).map(|(old, new)| old != new).collect();
        assert_eq!(changed, [false, true, false]);
        assert!(first.person == second.person && first.category == second.category);
        let person = first.person.clone().expect("someone");
        for declared in first.documents.iter().chain(&second.documents) {
            assert_eq!(&declare(declared.kind(), &bytes_of(&person, declared).expect("a scan")), declared);
        }
    }
}
