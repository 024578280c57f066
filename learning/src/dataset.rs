//! Labelled films in memory, at the network's input size.

use std::collections::{BTreeSet, HashMap};

use base16ct::lower::encode_string;
use pneumonia_cnn::input::Input;
use pneumonia_cnn::network::architecture::CLASSES;
use pneumonia_cnn::network::metadata::Counts;
use sha2::{Digest, Sha256};

/// One labelled film.
#[derive(Clone, Debug)]
pub struct LabelledFilm {
    /// Class folder and the path below it, such as `NORMAL/IM-0115-0001.jpeg`.
    pub name: String,
    pub pneumonia: bool,
    /// All films of one patient belong on one side of a split; see [`patient`].
    pub patient: String,
    pub input: Input,
    /// Width / height as the film was taken; `None` if the image may have been squashed to a square and its original
    /// shape is unknown.
    pub aspect_ratio: Option<f32>,
    /// SHA-256 of the film's file.
    content_sha256: [u8; 32],
}

/// A film that is also filed under the other class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    pub name: String,
    /// Its name there.
    pub other: String,
}

impl LabelledFilm {
    /// A film at `path` below its class's folder, and the SHA-256 of its file.
    pub fn new(path: &str, pneumonia: bool, input: Input, content_sha256: [u8; 32]) -> Self {
        let picture = input.film();
        Self {
            name: format!("{}/{path}", CLASSES[usize::from(pneumonia)]),
            pneumonia,
            patient: patient(path),
            aspect_ratio: (picture.width != picture.height)
                .then(|| picture.width as f32 / picture.height as f32),
            input,
            content_sha256,
        }
    }

    /// The same film with `input` in place of its own.
    pub fn seen_as(&self, input: Input) -> Self {
        Self {
            input,
            ..self.clone()
        }
    }
}

/// SHA-256 of the names and contents of `films` in their order, in hexadecimal: equal for equal data.
pub fn file_list_sha256(films: &[LabelledFilm]) -> String {
    let mut list = Sha256::new();
    for film in films {
        list.update(film.name.as_bytes());
        list.update(film.content_sha256);
    }
    encode_string(&list.finalize())
}

/// SHA-256 of the shapes of `films` in their order, in hexadecimal.
pub fn shapes_sha256(films: &[LabelledFilm]) -> String {
    let mut shapes = Sha256::new();
    for film in films {
        shapes.update(film.aspect_ratio.unwrap_or_default().to_le_bytes());
    }
    encode_string(&shapes.finalize())
}

/// Removes films that are filed under both classes: one of the labels is wrong, and nobody knows which. Returns them
/// sorted by name.
pub fn remove_contradictions(films: &mut Vec<LabelledFilm>) -> Vec<Contradiction> {
    let mut names: HashMap<[u8; 32], [Option<String>; 2]> = HashMap::new();
    for film in &*films {
        let names = names.entry(film.content_sha256).or_default();
        names[usize::from(film.pneumonia)] = Some(film.name.clone());
    }
    let mut contradictions = Vec::new();
    films.retain(|film| {
        let other = names[&film.content_sha256][usize::from(!film.pneumonia)].clone();
        contradictions.extend(other.clone().map(|other| Contradiction {
            name: film.name.clone(),
            other,
        }));
        other.is_none()
    });
    contradictions.sort_by(|a, b| a.name.cmp(&b.name));
    contradictions
}

/// Number of films of each class.
pub fn count<'a>(films: impl IntoIterator<Item = &'a LabelledFilm>) -> Counts {
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

/// Number of patients of each class; a patient with films of both counts in both.
pub fn count_patients(films: &[&LabelledFilm]) -> Counts {
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

/// Counts films of the same picture as one patient's: otherwise a picture under two names could be learnt from and
/// validated on.
pub fn join_patients(films: &mut [LabelledFilm]) {
    // Until nothing changes, since a joined patient may have further pictures. It ends: names only become smaller.
    loop {
        let mut first: HashMap<[u8; 32], &str> = HashMap::new();
        let mut joined: HashMap<String, String> = HashMap::new();
        for film in &*films {
            let patient = *first.entry(film.content_sha256).or_insert(&film.patient);
            let other = film.patient.as_str();
            if patient != other {
                joined.insert(patient.max(other).into(), patient.min(other).into());
            }
        }
        if joined.is_empty() {
            return;
        }
        for film in &mut *films {
            if let Some(patient) = joined.get(&film.patient) {
                film.patient.clone_from(patient);
            }
        }
    }
}

/// The patient of a film, from its path below the class's folder. Names of the Kaggle data set tell:
/// `person1004_bacteria_2935.jpeg` is patient `person1004`, `NORMAL2-IM-0381-0001.jpeg` is `NORMAL2-IM-0381`. Other
/// films of a subfolder count as one patient's; without a subfolder, each as a patient of its own.
pub fn patient(path: &str) -> String {
    let (folder, file_name) = path.rsplit_once('/').unwrap_or(("", path));
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
        _ if !folder.is_empty() => folder.to_owned(),
        _ => stem.to_owned(),
    }
}

#[cfg(test)]
pub mod tests_support {
    use pneumonia_cnn::input::SIZE;
    use pneumonia_cnn::radiograph::Radiograph;

    use super::*;

    /// A film for tests that need only its name and class.
    pub fn film(file_name: &str, pneumonia: bool) -> LabelledFilm {
        let input = Input::new(&Radiograph::new(1, 1, vec![0.0]));
        let digest = Sha256::digest(file_name).into();
        LabelledFilm::new(file_name, pneumonia, input, digest)
    }

    /// `film` with one-pixel stripes, `strength` brighter and darker than mid-grey.
    pub fn striped(film: &LabelledFilm, strength: f32) -> LabelledFilm {
        let pixels = (0..SIZE * SIZE).map(|at| 0.5 + [-strength, strength][at % 2]);
        film.seen_as(Input::from_pixels(pixels.collect()))
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
            ("ward 3/2.png", "ward 3"),
            ("ward 3/IM-0115-0001.jpeg", "IM-0115"),
        ] {
            assert_eq!(patient(name), expected, "{name}");
        }
    }

    #[test]
    fn films_of_the_same_picture_are_one_patients() {
        let film = |name: &str, content| LabelledFilm {
            content_sha256: [content; 32],
            ..tests_support::film(name, true)
        };
        // a and b share a picture, b and c another; d is alone.
        let mut films = [
            film("a.png", 1),
            film("c.png", 2),
            film("person1_b.png", 1),
            film("person1_c.png", 2),
            film("person1_d.png", 3),
            film("d.png", 4),
        ];
        join_patients(&mut films);
        let patients = films.map(|film| film.patient);
        assert_eq!(patients, ["a", "a", "a", "a", "a", "d"]);
    }

    #[test]
    fn a_picture_that_is_filed_under_both_classes_is_taken_out_of_both() {
        let film = |name: &str, pneumonia, content| LabelledFilm {
            content_sha256: [content; 32],
            ..tests_support::film(name, pneumonia)
        };
        let mut films = vec![
            film("a.png", false, 1),
            film("b.png", false, 2),
            film("c.png", true, 1),
            film("d.png", true, 3),
        ];
        let contradictions = remove_contradictions(&mut films);
        let names: Vec<&str> = films.iter().map(|film| film.name.as_str()).collect();
        assert_eq!(names, ["NORMAL/b.png", "PNEUMONIA/d.png"]);
        let of = |name: &str, other: &str| Contradiction {
            name: name.into(),
            other: other.into(),
        };
        assert_eq!(
            contradictions,
            [
                of("NORMAL/a.png", "PNEUMONIA/c.png"),
                of("PNEUMONIA/c.png", "NORMAL/a.png")
            ]
        );
    }
}
