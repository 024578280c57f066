//! NIH films (Wang et al. 2017) with the classes that radiologists assigned for the 2018 RSNA challenge.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use learning::dataset::LabelledFilm;
use pneumonia_cnn::input::Input;
use pneumonia_cnn::radiograph::{Limits, Radiograph};
use rayon::prelude::*;
use serde::Deserialize;

/// Loads the films that `table` labels "Lung Opacity" or "Normal" in its column `rsna_class`. Its column `file` names
/// them in the folder `nih` next to the table. Films with another class or none are skipped.
///
/// # Errors
/// When the table or one of the films can't be read, or a class is missing.
pub fn films(table: &Path) -> Result<Vec<LabelledFilm>> {
    #[derive(Deserialize)]
    struct Row {
        file: String,
        rsna_class: String,
    }
    let unreadable = || format!("can't read {}", table.display());
    let mut csv = csv::Reader::from_path(table).with_context(unreadable)?;
    let rows: Vec<Row> = csv
        .deserialize()
        .collect::<Result<_, _>>()
        .with_context(unreadable)?;
    let labelled = rows.iter().filter_map(|row| {
        let pneumonia = match row.rsna_class.as_str() {
            "Lung Opacity" => true,
            "Normal" => false,
            _ => return None,
        };
        Some((table.with_file_name("nih").join(&row.file), pneumonia))
    });
    let labelled: Vec<_> = labelled.collect();
    for class in [false, true] {
        ensure!(
            labelled.iter().any(|(_, pneumonia)| *pneumonia == class),
            "{} names no film of the class {}",
            table.display(),
            if class { "Lung Opacity" } else { "Normal" }
        );
    }
    let read = labelled.par_iter().map(|(path, pneumonia)| {
        let unreadable = || format!("can't read {}", path.display());
        let bytes = std::fs::read(path).with_context(unreadable)?;
        let film = Radiograph::from_bytes(&bytes, &Limits::default()).with_context(unreadable)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(LabelledFilm::new(
            &name,
            *pneumonia,
            Input::new(&film),
            [0; 32],
        ))
    });
    read.collect()
}
