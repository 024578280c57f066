//! Film labels from a table: a file name or path on each line, and the physicians' label.

use std::collections::BTreeMap;
use std::fmt;

use super::film::Label;
use crate::csv;

/// A table's labels for the films in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelTable {
    /// The index of each film that gets a label, in the table's order: the last label counts.
    pub labels: Vec<(usize, Label)>,
    /// Lines that name no film in the list.
    pub unknown: usize,
    /// Lines without a label, headings included.
    pub unclear: usize,
}

impl LabelTable {
    /// Reads `table` for films with those folders (empty for none) and names. A line without a folder applies to all
    /// films with that name.
    pub fn read<'a>(table: &str, films: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, (folder, name)) in films.into_iter().enumerate() {
            named.entry(name.into()).or_default().push(place);
            if !folder.is_empty() {
                let path = format!("{folder}/{name}");
                named.entry(path).or_default().push(place);
            }
        }
        let mut read = Self::default();
        for record in csv::parse(table) {
            let [name, label, ..] = record.as_slice() else {
                read.unclear += 1;
                continue;
            };
            match (named.get(name.trim()), meant_by(label.trim())) {
                (Some(films), Some(label)) => {
                    read.labels.extend(films.iter().map(|&film| (film, label)));
                }
                (None, Some(_)) => read.unknown += 1,
                (_, None) => read.unclear += 1,
            }
        }
        read
    }
}

impl fmt::Display for LabelTable {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(
            f,
            "{} films got a label; {} lines name no film in the list, and on {} lines, headings included, the label is \
             neither NORMAL nor PNEUMONIA.",
            self.labels.len(),
            self.unknown,
            self.unclear
        )
    }
}

/// The label for a class name, ignoring case, or a class number.
fn meant_by(word: &str) -> Option<Label> {
    match word {
        "0" => Some(Label::Normal),
        "1" => Some(Label::Pneumonia),
        name => Label::of_class(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILMS: [(&str, &str); 3] = [("a", "1.png"), ("b", "1.png"), ("", "2.png")];

    #[test]
    fn a_path_names_one_film_and_a_name_all_that_have_it() {
        let table = "a/1.png,NORMAL\n1.png,PNEUMONIA\n2.png,0\n";
        let read = LabelTable::read(table, FILMS);
        assert_eq!(
            read.labels,
            [
                (0, Label::Normal),
                (0, Label::Pneumonia),
                (1, Label::Pneumonia),
                (2, Label::Normal)
            ]
        );
    }

    #[test]
    fn headings_and_lines_of_other_films_are_counted() {
        let read = LabelTable::read("file,label\n2.png,1\n3.png,1\n2.png\n2.png,sick\n", FILMS);
        assert_eq!(read.labels, [(2, Label::Pneumonia)]);
        assert_eq!((read.unknown, read.unclear), (1, 3));
    }
}
