//! Loads a folder of labelled films into memory, decoding each film once.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use learning::dataset::{LabelledFilm, remove_contradictions};
use pneumonia_cnn::input::Input;
use pneumonia_cnn::network::architecture::CLASSES;
use pneumonia_cnn::radiograph::{Limits, Radiograph};
use rayon::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::pictures::visible_files;
use crate::progress;

/// Films of both classes, and the files that were left out.
#[derive(Debug)]
pub struct LabelledFolder {
    /// The folder with the two class folders; film names are paths below it.
    pub root: PathBuf,
    /// Sorted by class and name.
    pub films: Vec<LabelledFilm>,
    pub skipped: Vec<Skipped>,
}

/// A file that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub path: PathBuf,
    pub reason: String,
}

impl LabelledFolder {
    /// Loads `folder`, which holds `NORMAL` and `PNEUMONIA` or, like the Kaggle data set, a `train` folder with both.
    /// Files that can't be used are listed in `skipped`.
    ///
    /// # Errors
    /// When a class folder is missing or has no usable film.
    pub fn load(folder: &Path) -> Result<Self> {
        let root = class_root(folder)?;
        let mut files = Vec::new();
        for (label, class) in CLASSES.iter().enumerate() {
            for path in visible_files(&root.join(class))? {
                files.push((path, label == 1));
            }
        }
        let bar = progress::bar(files.len(), "films read");
        let loaded: Vec<_> = files
            .par_iter()
            .map(|(path, pneumonia)| {
                bar.inc(1);
                load_film(path, *pneumonia).map_err(|reason| Skipped {
                    path: path.clone(),
                    reason,
                })
            })
            .collect();
        bar.finish_and_clear();

        let mut films = Vec::new();
        let mut skipped = Vec::new();
        for film in loaded {
            match film {
                Ok(film) => films.push(film),
                Err(file) => skipped.push(file),
            }
        }
        let contradictions = remove_contradictions(&mut films).into_iter();
        skipped.extend(contradictions.map(|film| Skipped {
            path: root.join(film.name),
            reason: format!(
                "mislabelled: the same picture is also filed as {}",
                film.other
            ),
        }));
        let folder = Self {
            root,
            films,
            skipped,
        };
        for (label, class) in CLASSES.iter().enumerate() {
            let of_class = |film: &LabelledFilm| film.pneumonia == (label == 1);
            if !folder.films.iter().any(of_class) {
                folder.report_skipped();
                bail!(
                    "{} holds no picture that can be used",
                    folder.root.join(class).display()
                );
            }
        }
        Ok(folder)
    }

    /// Sets the films' aspect ratios from a CSV table with the columns `file` (class folder and name) and
    /// `aspect_ratio` (width divided by height), since copies squashed to squares have lost them. A film that is not in
    /// the table keeps the aspect ratio of its image, unless the image is square.
    ///
    /// # Errors
    /// When the table can't be read, lacks these columns, or lists none of the films.
    pub fn correct_shapes(&mut self, table: &Path) -> Result<()> {
        #[derive(Deserialize)]
        struct Row {
            file: String,
            aspect_ratio: Option<f32>,
        }
        let unreadable = || format!("can't read the films' shapes from {}", table.display());
        let mut csv = csv::Reader::from_path(table).with_context(unreadable)?;
        let rows: Vec<Row> = csv
            .deserialize()
            .collect::<Result<_, _>>()
            .with_context(unreadable)?;
        let shapes: HashMap<&str, f32> = rows
            .iter()
            .filter_map(|row| Some((row.file.as_str(), row.aspect_ratio?)))
            .filter(|(_, ratio)| ratio.is_finite() && *ratio > 0.0)
            .collect();
        let mut known = 0;
        for film in &mut self.films {
            if let Some(&ratio) = shapes.get(film.name.as_str()) {
                film.aspect_ratio = Some(ratio);
                known += 1;
            }
        }
        if known == 0 {
            bail!("{} lists none of the films", table.display());
        }
        Ok(())
    }

    /// Lists on stderr which files were left out, and why.
    pub fn report_skipped(&self) {
        for Skipped { path, reason } in &self.skipped {
            eprintln!("left out {}: {reason}", path.display());
        }
    }
}

fn class_root(folder: &Path) -> Result<PathBuf> {
    let has_classes = |root: &Path| CLASSES.iter().all(|class| root.join(class).is_dir());
    let train = folder.join("train");
    if has_classes(folder) {
        Ok(folder.to_owned())
    } else if has_classes(&train) {
        Ok(train)
    } else if !folder.exists() {
        bail!("there is no folder {}", folder.display())
    } else {
        bail!(
            "{} holds neither the folders {} and {} nor a folder train with them",
            folder.display(),
            CLASSES[0],
            CLASSES[1]
        )
    }
}

fn load_film(path: &Path, pneumonia: bool) -> Result<LabelledFilm, String> {
    let file_name = path.file_name().unwrap_or_default().to_string_lossy();
    if let Some(named) = class_in_name(&file_name)
        && named != pneumonia
    {
        let class = |pneumonia| CLASSES[usize::from(pneumonia)];
        return Err(format!(
            "mislabelled: its name is one of {}, but it is filed as {}",
            class(named),
            class(pneumonia)
        ));
    }
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let film =
        Radiograph::from_bytes(&bytes, &Limits::default()).map_err(|error| error.to_string())?;
    let digest = Sha256::digest(&bytes).into();
    Ok(LabelledFilm::new(
        &file_name,
        pneumonia,
        Input::new(&film),
        digest,
    ))
}

/// The class implied by a file name of the Kaggle data set: `person1_virus_6.jpeg` is pneumonia, `IM-0001-0001.jpeg`
/// and `NORMAL2-IM-0001-0001.jpeg` are normal; `None` for other names.
fn class_in_name(file_name: &str) -> Option<bool> {
    let cause = ["_bacteria_", "_virus_"]
        .iter()
        .any(|cause| file_name.contains(cause));
    if file_name.starts_with("person") && cause {
        Some(true)
    } else if file_name.starts_with("IM-") || file_name.starts_with("NORMAL") {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_contradicts_its_folder_is_mislabelled() {
        assert_eq!(class_in_name("person1_virus_6.jpeg"), Some(true));
        assert_eq!(class_in_name("NORMAL2-IM-0381-0001.jpeg"), Some(false));
        assert_eq!(class_in_name("IM-0001-0001.jpeg"), Some(false));
        assert_eq!(class_in_name("00000013_005.png"), None);
    }
}
