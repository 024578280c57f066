use super::*;

#[test]
fn what_is_written_is_read_back() {
    let records = [
        vec!["plain", "with, comma", "with \"quotes\""],
        vec!["two\r\nlines", "", "ends, \"badly"],
    ];
    let table: String = records
        .iter()
        .map(|record| line(record.iter().copied()))
        .collect();
    assert_eq!(parse(&table), records);
}

#[test]
fn fields_are_quoted_where_rfc_4180_asks_for_it() {
    assert_eq!(line(["a", "b c", "1.5"]), "a,b c,1.5\r\n");
    assert_eq!(
        line(["a,b", "say \"ah\""]),
        "\"a,b\",\"say \"\"ah\"\"\"\r\n"
    );
}

#[test]
fn no_field_begins_as_a_formula() {
    for text in [
        "=1+1",
        "+49",
        "-film",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "=HYPERLINK(\"http://a\")",
    ] {
        let written = line([text]);
        assert!(written.starts_with("\"'"), "{written}");
        assert_eq!(parse(&written), [vec![format!("'{text}")]]);
    }
}

#[test]
fn tables_of_other_programs_are_read() {
    let expected = [vec!["file", "label"], vec!["a.png", "NORMAL"]];
    for table in [
        "file,label\na.png,NORMAL",
        "\u{feff}file;label\r\na.png;NORMAL\r\n",
        "file\tlabel\r\ra.png\tNORMAL\r",
        "\"file\",\"label\"\n\n\"a.png\",\"NORMAL\"\n",
    ] {
        assert_eq!(parse(table), expected, "{table:?}");
    }
}

#[test]
fn malformed_tables_are_read_as_far_as_possible() {
    assert!(parse("").is_empty());
    assert!(parse("\r\n\n").is_empty());
    assert_eq!(parse("\"never closed,\n"), [["never closed,\n"]]);
    assert_eq!(parse(",,"), [["", "", ""]]);
}
