//! Decompression bombs and other files that are made to exhaust a reader. Each must be refused in time, and must need
//! no more memory than a check may.

#[path = "bombs/corpus.rs"]
mod corpus;
#[path = "bombs/forge.rs"]
mod forge;

use std::process::Command;
use std::time::{Duration, Instant};

use documents::{MAX_BYTES, check};
use domain::vocabulary::document_kind::DocumentKind;

/// The environment variable with the task of the child process. Without it, the test `child` does nothing.
const TASK: &str = "UPLOAD_BOMBS_TASK";
/// The most time that a refusal may take.
const MAX_REFUSAL_TIME: Duration = Duration::from_secs(2);
/// The most time that a large valid document may take, on a machine that runs other tests too.
const MAX_CHECK_TIME: Duration = Duration::from_secs(10);
/// The most memory that the process may need at any time, the file itself included.
const MAX_MEMORY_KIB: u64 = 128 << 10;

/// Photos are decoded to RGB and scans are not, so every file is tried as both.
const KINDS: [DocumentKind; 2] = [DocumentKind::Photo, DocumentKind::PassportPage];

#[test]
fn s7_upload_bombs() {
    let peak = peak_of("refuse");
    println!("peak memory over the whole corpus: {} MiB", peak >> 10);
    assert!(peak <= MAX_MEMORY_KIB, "{peak} KiB");
}

#[test]
fn s7_the_largest_valid_documents_stay_within_the_memory_limit() {
    let peak = peak_of("accept");
    println!("peak memory over the largest documents: {} MiB", peak >> 10);
    assert!(peak <= MAX_MEMORY_KIB, "{peak} KiB");
}

/// Negative control: the measurement notices a decoder without limits.
#[test]
fn s7_a_decoder_without_limits_is_noticed() {
    let peak = peak_of("without limits");
    println!("peak memory of one bomb without limits: {} MiB", peak >> 10);
    assert!(peak > MAX_MEMORY_KIB, "{peak} KiB");
}

/// The child process: does its task and prints its peak memory, so that other tests do not count.
#[test]
fn child() {
    match std::env::var(TASK).as_deref() {
        Ok("refuse") => refuse_all(),
        Ok("accept") => accept_largest(),
        Ok("without limits") => decode_without_limits(),
        _ => return,
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("\n{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap());
}

/// Runs the child process for a task, and returns its peak memory in KiB.
fn peak_of(task: &str) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "child", "--nocapture", "--test-threads", "1"]).env(TASK, task);
    let output = child.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    print!("{printed}");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let line = printed.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the child says its peak");
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// The task `refuse`: every bomb is refused, in time.
fn refuse_all() {
    for (name, make) in corpus::BOMBS {
        for kind in KINDS {
            let bytes = make();
            let size = bytes.len();
            let start = Instant::now();
            let refused = check(kind, bytes).expect_err(name);
            let took = start.elapsed();
            println!("{name}, {size} bytes, as {kind:?}: {refused:?} ({took:.2?})");
            assert!(took < MAX_REFUSAL_TIME, "{name} took {took:.2?}");
        }
    }
}

/// The task `accept`: the largest valid documents are accepted, in time.
fn accept_largest() {
    for (name, kind, make) in corpus::LARGEST {
        let bytes = make();
        let size = bytes.len();
        assert!(size <= MAX_BYTES, "{name} has {size} bytes");
        let start = Instant::now();
        let accepted = check(kind, bytes).expect(name);
        let took = start.elapsed();
        println!("{name}, {size} bytes, as {kind:?}: {:?}x{:?} ({took:.2?})", accepted.width, accepted.height);
        assert!(took < MAX_CHECK_TIME, "{name} took {took:.2?}");
    }
}

/// The task `without limits`: decodes a bomb as a careless program would.
fn decode_without_limits() {
    // Smaller than the bombs of the corpus, so that it does no harm here.
    let bytes = forge::png(20_000, 20_000, 8, 0, &forge::zeros(20_000 * 20_001));
    let mut reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().unwrap();
    reader.no_limits();
    assert_eq!(reader.decode().unwrap().width(), 20_000);
}
