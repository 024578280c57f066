//! A heat map described in words.

use crate::reading::heat_map::{CELLS, HeatMap};

/// The map's strongest evidence, as a sentence.
pub fn in_words(map: &HeatMap) -> String {
    let [most, least] = map.extremes();
    let told = |(row, column, fall): (usize, usize, f32)| {
        let sign = if fall < 0.0 { '−' } else { '+' };
        format!("the {} ({sign}{:.2})", part(row, column), fall.abs())
    };
    match (most.2 > 0.0, least.2 < 0.0) {
        (true, true) => format!(
            "Strongest evidence for pneumonia: {}; against it: {}.",
            told(most),
            told(least)
        ),
        (true, false) => format!(
            "Strongest evidence for pneumonia: {}; none against it.",
            told(most)
        ),
        (false, true) => format!(
            "Strongest evidence against pneumonia: {}; none for it.",
            told(least)
        ),
        (false, false) => "No part of the film is evidence for or against pneumonia.".into(),
    }
}

/// Where a cell is on the film, in the file's orientation.
fn part(row: usize, column: usize) -> String {
    let third = |at: usize, names: [&'static str; 3]| names[(at * 3 / CELLS).min(2)];
    match (
        third(row, ["upper", "middle", "lower"]),
        third(column, ["left", "middle", "right"]),
    ) {
        ("middle", "middle") => "middle of the picture".into(),
        (row, "middle") => format!("{row} middle of the picture"),
        ("middle", column) => format!("{column} middle of the picture"),
        (row, column) => format!("{row} {column} of the picture"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_by_thirds_of_the_picture() {
        let last = CELLS - 1;
        for (row, column, name) in [
            (0, 0, "upper left of the picture"),
            (CELLS / 2, CELLS / 2, "middle of the picture"),
            (last, CELLS / 2, "lower middle of the picture"),
            (CELLS / 2, last, "right middle of the picture"),
        ] {
            assert_eq!(part(row, column), name);
        }
    }
}
