//! Loads a folder of labelled films into memory, decoding each film once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use learning::dataset::{LabelledFilm, join_patients, remove_contradictions};
use pneumonia_cnn::input::Input;
use pneumonia_cnn::network::architecture::CLASSES;
use rayon::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::pictures::{Skipped, files_below, read_film};
use crate::progress;

/// Films of both classes, and the files that were left out.
#[derive(Debug)]
pub struct LabelledFolder {
    /// The folder with the two class folders; film names are paths below it.
    pub root: PathBuf,
    /// Sorted by class and name.
    pub films: Vec<LabelledFilm>,
    pub skipped: Vec<Skipped>,
    /// Films whose names are those of the other class in the Kaggle data set. The folder decides.
    pub misnamed: Vec<PathBuf>,
}

impl LabelledFolder {
    /// Loads `folder`, which holds `NORMAL` and `PNEUMONIA` or, like the Kaggle data set, a `train` folder with both.
    /// Subfolders of these are searched, too: films of a subfolder count as one patient's, unless their names say more.
    /// Files that can't be used are listed in `skipped`.
    ///
    /// # Errors
    /// When a class folder is missing or has no usable film.
    pub fn load(folder: &Path) -> Result<Self> {
        let root = class_root(folder)?;
        let mut files = Vec::new();
        let mut skipped = Vec::new();
        for (label, class) in CLASSES.iter().enumerate() {
            let class = root.join(class);
            for path in files_below(&class) {
                match path {
                    Ok(path) => files.push((class.clone(), path, label == 1)),
                    Err(file) => skipped.push(file),
                }
            }
        }
        let misnamed = files
            .iter()
            .filter(|(_, path, pneumonia)| is_misnamed(path, *pneumonia))
            .map(|(_, path, _)| path.clone())
            .collect();
        let bar = progress::bar(files.len(), "films read");
        let loaded: Vec<_> = files
            .par_iter()
            .map(|(class, path, pneumonia)| {
                bar.inc(1);
                load_film(class, path, *pneumonia).map_err(|reason| Skipped {
                    path: path.clone(),
                    reason,
                })
            })
            .collect();
        bar.finish_and_clear();

        let mut films = Vec::new();
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
        join_patients(&mut films);
        let folder = Self {
            root,
            films,
            skipped,
            misnamed,
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
        for skipped in &self.skipped {
            eprintln!("{skipped}");
        }
        if let [first, ..] = &self.misnamed[..] {
            eprintln!(
                "{} films have names of the other class, such as {}; they were read as they are filed",
                self.misnamed.len(),
                first.display()
            );
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

fn load_film(class: &Path, path: &Path, pneumonia: bool) -> Result<LabelledFilm, String> {
    let (film, bytes) = read_film(path)?;
    let name = path.strip_prefix(class).unwrap_or(path);
    let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
    let digest = Sha256::digest(&bytes).into();
    Ok(LabelledFilm::new(
        &parts.join("/"),
        pneumonia,
        Input::new(&film),
        digest,
    ))
}

fn is_misnamed(path: &Path, pneumonia: bool) -> bool {
    let file_name = path.file_name().unwrap_or_default().to_string_lossy();
    class_in_name(&file_name).is_some_and(|named| named != pneumonia)
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
    fn names_of_the_kaggle_data_set_tell_the_class() {
        assert_eq!(class_in_name("person1_virus_6.jpeg"), Some(true));
        assert_eq!(class_in_name("NORMAL2-IM-0381-0001.jpeg"), Some(false));
        assert_eq!(class_in_name("IM-0001-0001.jpeg"), Some(false));
        assert_eq!(class_in_name("00000013_005.png"), None);
    }
}
