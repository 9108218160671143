//! The limits on the size of a file. They keep a file from a stranger from using up memory or time.

/// The limits of one file. The defaults fit a mission several times as large as any that was ever sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file; 10 MiB by default.
    pub bytes: usize,
    /// Files in the ZIP archive of a workbook; 1,000 by default.
    pub entries: usize,
    /// Bytes of all those files together after decompression; 64 MiB by default.
    pub inflated_bytes: u64,
    /// Rows below the headers; 2,000 by default.
    pub rows: usize,
    /// Columns from the left edge of the sheet; 64 by default.
    pub columns: usize,
    /// Cells of a workbook, including empty ones with a format; 250,000 by default.
    pub cells: usize,
    /// Characters of one cell; 1,000 by default.
    pub cell_characters: usize,
    /// Bytes of the text of all cells together; 8 MiB by default. A workbook stores a text once and can show it in
    /// every cell, so the size of the file limits nothing.
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
