//! A watch list, message by message.

use super::*;
use crate::v1::replace_watch_list_request::Part;

fn header(entry_count: i32) -> v1::ReplaceWatchListRequest {
    let parent = "elections/kz-2019".to_owned();
    v1::ReplaceWatchListRequest {
        part: Some(Part::Header(v1::WatchListHeader { request_id: id(), parent, entry_count })),
    }
}

fn chunk(births: &[&str]) -> v1::ReplaceWatchListRequest {
    let entry = |birth: &&str| v1::WatchListEntry {
        spellings: vec!["Jane Doe".to_owned()],
        birth_date: (*birth).to_owned(),
        ..Default::default()
    };
    let entries = births.iter().map(entry).collect();
    v1::ReplaceWatchListRequest { part: Some(Part::Chunk(v1::WatchListChunk { entries })) }
}

fn begin(entry_count: i32) -> WatchListReader {
    let (election, reader) = WatchListReader::begin(header(entry_count)).expect("good");
    assert_eq!(election.to_string(), "elections/kz-2019");
    reader
}

#[test]
fn a_header_comes_first_and_chunks_follow() {
    assert_eq!(fields(WatchListReader::begin(chunk(&[""]))), ["header"]);
    assert_eq!(fields(WatchListReader::begin(header(100_001))), ["header.entry_count"]);
    assert_eq!(fields(WatchListReader::begin(header(-1))), ["header.entry_count"]);
    assert_eq!(fields(WatchListReader::begin(Default::default())), ["header"]);
    let mut reader = begin(1);
    assert!(reader.read(header(1)).is_empty());
    assert_eq!(fields(reader.finish()), ["chunk"]);
    for many in [0, 1001] {
        let mut reader = begin(2000);
        assert!(reader.read(chunk(&vec![""; many])).is_empty());
        assert_eq!(fields(reader.finish()), ["chunk.entries"]);
    }
}

#[test]
fn as_many_entries_come_as_were_announced() {
    let read = |announced: i32, chunks: &[usize]| {
        let mut reader = begin(announced);
        let people: usize = chunks.iter().map(|count| reader.read(chunk(&vec![""; *count])).len()).sum();
        (people, reader.count(), reader.gives_up(), reader.finish().is_ok())
    };
    assert_eq!(read(0, &[]), (0, 0, false, true));
    assert_eq!(read(1500, &[1000, 500]), (1500, 1500, false, true));
    assert_eq!(read(1500, &[1000]), (1000, 1000, false, false));
    assert_eq!(read(1000, &[1000, 1]), (1000, 1001, true, false));
}

#[test]
fn problems_are_counted_over_all_messages_and_have_an_end() {
    let mut reader = begin(4);
    assert_eq!(reader.read(chunk(&["1970-01-02"])).len(), 1);
    assert!(reader.read(chunk(&["", "1970-13-01"])).is_empty());
    assert!(reader.read(chunk(&["x"])).is_empty(), "nobody is given once something was wrong");
    assert_eq!(fields(reader.finish()), ["entries[2].birth_date", "entries[3].birth_date"]);
    let mut reader = begin(1000);
    assert!(reader.read(chunk(&vec!["x"; 1000])).is_empty());
    assert!(reader.gives_up());
    assert_eq!(fields(reader.finish()).len(), 100);
    let mut reader = begin(1);
    let mut half = chunk(&[""]);
    if let Some(Part::Chunk(chunk)) = &mut half.part {
        chunk.entries[0].issuing_state = "XXA".to_owned();
    }
    assert!(reader.read(half).is_empty());
    assert_eq!(fields(reader.finish()), ["entries[0].document_number"]);
}

#[test]
fn another_list_is_another_request() {
    let hash = |announced: i32, chunks: &[&[&str]]| {
        let mut reader = begin(announced);
        chunks.iter().for_each(|births| drop(reader.read(chunk(births))));
        reader.finish().expect("good").hash
    };
    let two: &[&[&str]] = &[&["1970-01-02"], &["1970-01-03"]];
    assert_eq!(hash(2, two), hash(2, two));
    assert_ne!(hash(2, two), hash(2, &[&["1970-01-03"], &["1970-01-02"]]));
    assert_ne!(hash(2, two), hash(2, &[&["1970-01-02", "1970-01-03"]]), "other messages");
    assert_ne!(hash(0, &[]), hash(1, &[&[""]]));
}
