//! How much of a stranger's file is looked at.

/// The limits of one file. The defaults leave room for the largest mission that was ever sent, several times over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Files in the archive that a workbook is.
    pub entries: usize,
    /// Bytes of those files together, inflated.
    pub inflated_bytes: u64,
    /// Rows of data.
    pub rows: usize,
    /// Columns that hold something.
    pub columns: usize,
    /// Cells of a workbook, those that are empty but have a colour included.
    pub cells: usize,
    /// Characters of one cell.
    pub cell_characters: usize,
    /// Bytes of all text together: a workbook holds a text once and may show it in every cell.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 10 << 20,
            entries: 1_000,
            inflated_bytes: 64 << 20,
            rows: 2_000,
            columns: 64,
            cells: 250_000,
            cell_characters: 1_000,
            text_bytes: 8 << 20,
        }
    }
}
