//! Comma-separated values (RFC 4180), for exchange with spreadsheets and statistics programs.

/// Characters that start a formula in a spreadsheet. A file name must not be read as one (OWASP, "CSV injection").
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A row of a table, with its line ending. Text that a spreadsheet would evaluate is prefixed with an apostrophe.
pub fn line<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let fields: Vec<String> = fields.into_iter().map(field).collect();
    fields.join(",") + "\r\n"
}

fn field(text: &str) -> String {
    let guard = if text.starts_with(FORMULA) { "'" } else { "" };
    if guard.is_empty() && !text.contains(['"', ',', '\r', '\n']) {
        return text.into();
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// The records of a table. The first comma, semicolon or tab is taken as the separator. Any line ending is accepted and
/// fields may be quoted; an unclosed quote extends to the end of the table. Empty lines are skipped.
pub fn parse(table: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let parts = |letter: &char| matches!(letter, ',' | ';' | '\t');
    let separator = table.chars().find(parts).unwrap_or(',');
    // Spreadsheets start UTF-8 files with this byte order mark.
    let mut letters = table.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            letter if letter == separator && !quoted => record.push(std::mem::take(&mut field)),
            '\n' | '\r' if !quoted => end(&mut records, &mut record, &mut field),
            other => field.push(other),
        }
    }
    end(&mut records, &mut record, &mut field);
    records
}

fn end(records: &mut Vec<Vec<String>>, record: &mut Vec<String>, field: &mut String) {
    if !record.is_empty() || !field.is_empty() {
        record.push(std::mem::take(field));
        records.push(std::mem::take(record));
    }
}

#[cfg(test)]
mod tests;
