//! Tables as text, which spreadsheets and statistics programs read and write: comma-separated values as of RFC 4180.

/// What spreadsheets take for the beginning of a formula, which a file's name must not become (OWASP, "CSV
/// injection").
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A line of a table, with its end. Text that a spreadsheet would compute gets an apostrophe before it.
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

/// The records of a table. Fields are parted by what parts the first two: a comma, a semicolon or a tab. Lines may end
/// as on any system, fields may be quoted; a quote that is never closed ends with the table. Empty lines are left out.
pub fn parse(table: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let parts = |letter: &char| matches!(letter, ',' | ';' | '\t');
    let separator = table.chars().find(parts).unwrap_or(',');
    // Spreadsheets begin a file of UTF-8 with this mark.
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
