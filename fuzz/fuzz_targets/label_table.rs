#![no_main]

use pneumonia_cnn::page::label_table::LabelTable;

libfuzzer_sys::fuzz_target!(|table: &str| {
    let films = [("a.png", "NORMAL/a.png"), ("b.dcm", "b.dcm"), ("", "")];
    LabelTable::read(table, films);
});
