//! A recorded election: what was asked, by whom and when, with fields by their names.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One election, in the order in which its calls began.
pub struct Recording {
    /// Its head.
    pub head: Head,
    /// What happened.
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Head {
    /// The name of the test that told it.
    pub story: String,
    /// The domain's time at its beginning, in microseconds.
    pub time: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Step {
    Call(Call),
    Clock { clock: i64 },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Call {
    /// The SPIFFE id of the client's certificate.
    pub caller: String,
    /// The path of the method.
    pub path: String,
    /// The domain's time when it began, in microseconds.
    pub time: i64,
    /// The messages that were sent.
    pub sent: Vec<Value>,
    /// Those that came back.
    pub received: Vec<Value>,
    /// The code of its status.
    pub code: i32,
    /// The reason of its refusal.
    pub reason: String,
}

impl Recording {
    pub fn save(&self, directory: &Path) -> anyhow::Result<()> {
        let path = directory.join(format!("{}.jsonl", self.head.story.replace("::", ".")));
        let mut file = std::io::BufWriter::new(
            std::fs::File::create_new(&path).with_context(|| format!("cannot write {}", path.display()))?,
        );
        writeln!(file, "{}", serde_json::to_string(&self.head)?)?;
        for step in &self.steps {
            writeln!(file, "{}", serde_json::to_string(step)?)?;
        }
        Ok(file.flush()?)
    }

    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut lines = text.lines();
        let head = serde_json::from_str(lines.next().context("a recording has a head")?)?;
        Ok(Self { head, steps: lines.map(serde_json::from_str).collect::<Result<_, _>>()? })
    }
}
