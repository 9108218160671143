//! Files made to exhaust whoever reads them: each is refused, soon, and none takes more memory than a check may.

#[path = "bombs/corpus.rs"]
mod corpus;
#[path = "bombs/forge.rs"]
mod forge;

use std::process::Command;
use std::time::{Duration, Instant};

use documents::{MAX_BYTES, check};
use domain::vocabulary::document_kind::DocumentKind;

/// What the child is asked to do; without it, a child test does nothing.
const TASK: &str = "UPLOAD_BOMBS_TASK";
/// How long a refusal may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a large document may take that is taken, on a machine that does much else.
const WORK: Duration = Duration::from_secs(10);
/// How much memory the process may have held at any time, the corpus' one file included.
const MEMORY_KIB: u64 = 128 << 10;

const KINDS: [DocumentKind; 2] = [DocumentKind::Photo, DocumentKind::PassportPage];

#[test]
fn s7_upload_bombs() {
    let peak = peak_of("refuse");
    println!("peak memory over the whole corpus: {} MiB", peak >> 10);
    assert!(peak <= MEMORY_KIB, "{peak} KiB");
}

#[test]
fn s7_the_largest_that_is_taken_stays_within_the_memory_too() {
    let peak = peak_of("accept");
    println!("peak memory over the largest documents: {} MiB", peak >> 10);
    assert!(peak <= MEMORY_KIB, "{peak} KiB");
}

/// The negative control: what measures the memory would notice a decoder without limits.
#[test]
fn s7_a_decoder_without_limits_is_noticed() {
    let peak = peak_of("without limits");
    println!("peak memory of one bomb without limits: {} MiB", peak >> 10);
    assert!(peak > MEMORY_KIB, "{peak} KiB");
}

/// The child: does its task in a process of its own and prints the most memory that it held.
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

/// Runs the child for a task and returns its peak in KiB.
fn peak_of(task: &str) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "child", "--nocapture", "--test-threads", "1"]).env(TASK, task);
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    print!("{said}");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let line = said.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the child says its peak");
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn refuse_all() {
    for (name, make) in corpus::BOMBS {
        for kind in KINDS {
            let bytes = make();
            let size = bytes.len();
            let start = Instant::now();
            let refused = check(kind, bytes).expect_err(name);
            let took = start.elapsed();
            println!("{name}, {size} bytes, as {kind:?}: {refused:?} ({took:.2?})");
            assert!(took < PATIENCE, "{name} took {took:.2?}");
        }
    }
}

fn accept_largest() {
    for (name, kind, make) in corpus::LARGEST {
        let bytes = make();
        let size = bytes.len();
        assert!(size <= MAX_BYTES, "{name} has {size} bytes");
        let start = Instant::now();
        let accepted = check(kind, bytes).expect(name);
        let took = start.elapsed();
        println!("{name}, {size} bytes, as {kind:?}: {:?}x{:?} ({took:.2?})", accepted.width, accepted.height);
        assert!(took < WORK, "{name} took {took:.2?}");
    }
}

fn decode_without_limits() {
    // Smaller than the corpus' own, so that the control harms no machine.
    let bytes = forge::png(20_000, 20_000, 8, 0, &forge::zeros(20_000 * 20_001));
    let mut reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().unwrap();
    reader.no_limits();
    assert_eq!(reader.decode().unwrap().width(), 20_000);
}
