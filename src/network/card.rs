//! The prose of a model card (Mitchell et al. 2019): on every model of this architecture, and on its training films if
//! they are known. The metrics are in [`Metadata`](super::Metadata).

use super::metadata::Training;

/// What the model is for.
pub const INTENDED_USE: &str = "Research, teaching, and showing what such a small network can do in a browser. It is not a \
    medical device. Do not base decisions about patients on it.";

/// Known failure modes of every model of this architecture.
pub const FAILURES: [&str; 2] = [
    "It looks only for pneumonia: another disease is called pneumonia as far as it looks like it, and is missed otherwise.",
    "The gate sees 16×16 pixels: a lateral film, a child's body film or a drawing of a chest may pass.",
];

/// Where its performance is unknown.
pub const NOT_TESTED: &str = "Adults, newborns, other hospitals and machines, portable films of intensive care, \
    lateral views, films with tubes and wires, tuberculosis, COVID-19, and whether a physician reads better with it \
    than without.";

/// A model's training films.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Films {
    /// Where they come from, to complete "5,000 films: …".
    pub origin: &'static str,
    /// What a network may have learnt from them instead of the disease.
    pub shortcuts: &'static [&'static str],
    /// How networks trained on them performed on films taken under other conditions, if known.
    pub elsewhere: Option<&'static str>,
}

/// SHA-256 of the file list of the Kaggle data set's `train` folder; see [`Training::file_list_sha256`].
const KERMANY_LIST: &str = "f5b0c33b7a8e9da4a100d71dfffaad357ad11a61f68d62ddce8793acbd7074a5";

const KERMANY: Films = Films {
    origin: "the public set of Kermany et al. 2018, frontal (AP) films of children aged one to five from one \
        hospital in Guangzhou, graded by two physicians",
    shortcuts: &[
        "Most normal films come from a machine whose software sharpens them, most with pneumonia from others; aspect \
         ratio, exposure and text markers differ too. The recipe “debiased” draws the frames of both classes from \
         one distribution, varies intensity, trains for the same answer on two views of each film, and oversamples films \
         as sharp or as soft as those of the other class. That weakens these shortcuts but does not remove them.",
        "Films with pneumonia are wider than normal ones, so squashed to a square they show narrower lungs. Normal films \
         framed like those with pneumonia (tight at the diaphragm, a narrow chest in a wide film) may be called \
         pneumonia more often than others, and wide films with faint shadows may be missed.",
    ],
    elsewhere: Some(
        "The metrics on the validation patients are optimistic. Four earlier networks of this project, trained on the \
         same films, had an AUC of 0.996 to 0.999 there, but of 0.950 to 0.979 on the official test split (624 films of the same \
         hospital taken under other conditions), where they called 12 to 29 % of the normal films pneumonia.",
    ),
};

const UNKNOWN: Films = Films {
    origin: "unknown: not the training films of the shipped weights",
    shortcuts: &["The shortcuts of its training set are not known to this program."],
    elsewhere: None,
};

impl Films {
    /// The training films of the shipped weights, or unknown ones.
    pub fn of(training: &Training) -> Self {
        if training.file_list_sha256 == KERMANY_LIST {
            KERMANY
        } else {
            UNKNOWN
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_are_known_by_their_list_alone() {
        let of = |file_list_sha256: &str| {
            Films::of(&Training {
                file_list_sha256: file_list_sha256.into(),
                ..Training::default()
            })
        };
        assert_eq!(of(KERMANY_LIST), KERMANY);
        assert_eq!(of(""), UNKNOWN);
    }
}
