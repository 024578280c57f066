//! A folder of labelled films → films in memory, each decoded once, at the network's input size.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use pneumonia_cnn::input::Input;
use pneumonia_cnn::network::architecture::CLASSES;
use pneumonia_cnn::network::metadata::Counts;
use pneumonia_cnn::radiograph::{Limits, Radiograph};
use rayon::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::progress;

/// One film that can be learnt from.
#[derive(Clone, Debug)]
pub struct Film {
    pub path: PathBuf,
    /// Class folder and file name, such as `NORMAL/IM-0115-0001.jpeg`.
    pub name: String,
    pub pneumonia: bool,
    /// All films of one patient belong on one side of a split; see [`patient`].
    pub patient: String,
    pub input: Input,
    /// Width by height as the film was taken; `None` where its picture may have been squashed to a square, and no table
    /// says what it was. See [`Dataset::correct_shapes`].
    pub aspect_ratio: Option<f32>,
    content_sha256: [u8; 32],
}

/// A file that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub path: PathBuf,
    pub reason: String,
}

#[derive(Debug)]
pub struct Dataset {
    /// Sorted by class and name.
    pub films: Vec<Film>,
    pub skipped: Vec<Skipped>,
}

impl Film {
    /// A film of the data set's names, whose file has that SHA-256.
    pub fn new(path: &Path, pneumonia: bool, input: Input, content_sha256: [u8; 32]) -> Self {
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        let picture = input.film();
        Self {
            path: path.to_owned(),
            name: format!("{}/{file_name}", CLASSES[usize::from(pneumonia)]),
            pneumonia,
            patient: patient(&file_name),
            aspect_ratio: (picture.width != picture.height)
                .then(|| picture.width as f32 / picture.height as f32),
            input,
            content_sha256,
        }
    }

    /// The same film, seen as `input`.
    pub fn seen_as(&self, input: Input) -> Self {
        Self {
            input,
            ..self.clone()
        }
    }
}

impl Dataset {
    /// Loads `folder`, which holds `NORMAL` and `PNEUMONIA` or, like the Kaggle data set, a `train` folder
    /// that does. Files that can't be used are listed in `skipped`.
    ///
    /// # Errors
    /// When a class folder is missing or holds no film that can be used.
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

        let mut dataset = Self {
            films: Vec::new(),
            skipped: Vec::new(),
        };
        for film in loaded {
            match film {
                Ok(film) => dataset.films.push(film),
                Err(skipped) => dataset.skipped.push(skipped),
            }
        }
        dataset.skip_contradictions(&root);
        for (label, class) in CLASSES.iter().enumerate() {
            if !dataset
                .films
                .iter()
                .any(|film| film.pneumonia == (label == 1))
            {
                dataset.report_skipped();
                bail!(
                    "{} holds no picture that can be used",
                    root.join(class).display()
                );
            }
        }
        Ok(dataset)
    }

    /// Takes the films' shapes from a CSV table with the columns `file` (class folder and name) and `aspect_ratio` (width
    /// by height), since copies that were squashed to squares do not show them any more. A film that the table does not
    /// know keeps its picture's, if that is no square.
    ///
    /// # Errors
    /// When the table can't be read, has no such columns, or knows none of the films.
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
            bail!("{} knows none of the films", table.display());
        }
        Ok(())
    }

    /// Tells on the error stream which files were left out, and why.
    pub fn report_skipped(&self) {
        for Skipped { path, reason } in &self.skipped {
            eprintln!("left out {}: {reason}", path.display());
        }
    }

    /// SHA-256 of the sorted list of names and contents, in hexadecimal: equal for equal data.
    pub fn file_list_sha256(&self) -> String {
        let mut list = Sha256::new();
        for film in &self.films {
            list.update(film.name.as_bytes());
            list.update(film.content_sha256);
        }
        hexadecimal(list)
    }

    /// SHA-256 of the films' shapes in their order, in hexadecimal.
    pub fn shapes_sha256(&self) -> String {
        let mut shapes = Sha256::new();
        for film in &self.films {
            shapes.update(film.aspect_ratio.unwrap_or_default().to_le_bytes());
        }
        hexadecimal(shapes)
    }

    /// Leaves out pictures that are filed under both classes: one of the labels is wrong, and nobody
    /// knows which.
    fn skip_contradictions(&mut self, root: &Path) {
        let mut labels: HashMap<[u8; 32], [Option<&str>; 2]> = HashMap::new();
        for film in &self.films {
            let names = labels.entry(film.content_sha256).or_default();
            names[usize::from(film.pneumonia)] = Some(&film.name);
        }
        let contradicted: HashMap<String, String> = self
            .films
            .iter()
            .filter_map(|film| {
                let other = labels[&film.content_sha256][usize::from(!film.pneumonia)]?;
                Some((film.name.clone(), other.to_owned()))
            })
            .collect();
        self.films
            .retain(|film| !contradicted.contains_key(&film.name));
        let mut skipped: Vec<_> = contradicted
            .into_iter()
            .map(|(name, other)| Skipped {
                path: root.join(name),
                reason: format!("mislabelled: the same picture is also filed as {other}"),
            })
            .collect();
        skipped.sort_by(|a, b| a.path.cmp(&b.path));
        self.skipped.extend(skipped);
    }
}

fn hexadecimal(hash: Sha256) -> String {
    let bytes = hash.finalize();
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Films of each class.
pub fn count<'a>(films: impl IntoIterator<Item = &'a Film>) -> Counts {
    films
        .into_iter()
        .fold(Counts::default(), |mut counts, film| {
            *if film.pneumonia {
                &mut counts.pneumonia
            } else {
                &mut counts.normal
            } += 1;
            counts
        })
}

/// Patients of each class; one with films of both counts in both.
pub fn count_patients(films: &[&Film]) -> Counts {
    let patients = |pneumonia: bool| {
        let of_class = films.iter().filter(|film| film.pneumonia == pneumonia);
        of_class
            .map(|film| film.patient.as_str())
            .collect::<BTreeSet<_>>()
            .len()
    };
    Counts {
        normal: patients(false),
        pneumonia: patients(true),
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

/// The files of a folder, sorted. Hidden ones are left by file managers and are no one's data.
fn visible_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))?;
    for entry in entries {
        let path = entry
            .with_context(|| format!("can't read {}", folder.display()))?
            .path();
        let hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if path.is_file() && !hidden {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn load_film(path: &Path, pneumonia: bool) -> Result<Film, String> {
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
    Ok(Film::new(path, pneumonia, Input::new(&film), digest))
}

/// What a name of the Kaggle data set says of the class: `person1_virus_6.jpeg` is pneumonia,
/// `IM-0001-0001.jpeg` and `NORMAL2-IM-0001-0001.jpeg` are normal, other names say nothing.
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

/// The patient of a film, by the names of the Kaggle data set: `person1004_bacteria_2935.jpeg` is patient
/// `person1004`, `NORMAL2-IM-0381-0001.jpeg` is `NORMAL2-IM-0381`. Under any other name a film counts as
/// a patient of its own.
pub fn patient(file_name: &str) -> String {
    let stem = file_name
        .rsplit_once('.')
        .map_or(file_name, |(stem, _)| stem);
    if stem.starts_with("person")
        && let Some((person, _)) = stem.split_once('_')
    {
        return person.to_owned();
    }
    let mut parts = stem.split('-');
    let known: Vec<_> = parts.by_ref().take_while(|&part| part != "IM").collect();
    match (stem.contains("IM-"), parts.next()) {
        (true, Some(number)) => [known.as_slice(), &["IM", number]].concat().join("-"),
        _ => stem.to_owned(),
    }
}

#[cfg(test)]
pub mod tests_support {
    use pneumonia_cnn::input::SIZE;

    use super::*;

    /// A film of which nothing but name and class matters.
    pub fn film(file_name: &str, pneumonia: bool) -> Film {
        let input = Input::new(&Radiograph::new(1, 1, vec![0.0]));
        Film::new(Path::new(file_name), pneumonia, input, [0; 32])
    }

    /// `film` with stripes a pixel wide, so far from the grey between them.
    pub fn striped(film: &Film, strength: f32) -> Film {
        let pixels = (0..SIZE * SIZE).map(|at| 0.5 + [-strength, strength][at % 2]);
        film.seen_as(Input::new(&Radiograph::new(SIZE, SIZE, pixels.collect())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patient_is_told_by_the_data_sets_names() {
        for (name, expected) in [
            ("person1004_bacteria_2935.jpeg", "person1004"),
            ("person1004_virus_1.jpeg", "person1004"),
            ("IM-0115-0001.jpeg", "IM-0115"),
            ("IM-0433-0001-0002.jpeg", "IM-0433"),
            ("NORMAL2-IM-0381-0001.jpeg", "NORMAL2-IM-0381"),
            ("chest.v2.png", "chest.v2"),
            ("IMAGE-7.png", "IMAGE-7"),
            ("person.png", "person"),
        ] {
            assert_eq!(patient(name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_that_contradicts_its_folder_is_mislabelled() {
        assert_eq!(class_in_name("person1_virus_6.jpeg"), Some(true));
        assert_eq!(class_in_name("NORMAL2-IM-0381-0001.jpeg"), Some(false));
        assert_eq!(class_in_name("IM-0001-0001.jpeg"), Some(false));
        assert_eq!(class_in_name("00000013_005.png"), None);
    }
}
