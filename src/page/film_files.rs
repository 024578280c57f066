//! Which files in a folder are films, and which label the folder implies.

use super::film::Label;

/// Extensions of other files found next to films. DICOM files often have no extension or a numeric one, so all others
/// are tried.
const OTHER_FILES: &str = " bat csv db doc docx exe gz htm html ini ipynb json lnk log md mp4 npy npz pdf py rtf \
                           safetensors tar tsv txt url xls xlsx xml yaml yml zip ";

/// Whether a file with that name may be a film.
pub fn may_be_film(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let listed = OTHER_FILES.contains(&format!(" {} ", ending.to_ascii_lowercase()));
    // Hidden files, and the index of a DICOM disc.
    let other = name.starts_with('.') || name.eq_ignore_ascii_case("DICOMDIR");
    !(other || !ending.is_empty() && listed)
}

/// The label of films in a folder such as `chest/NORMAL/2019`: that of the innermost folder named after a label.
pub fn label_of_folder(folder: &str) -> Option<Label> {
    folder.rsplit('/').find_map(Label::of_class)
}

/// Whether a file with that name holds weights rather than a film.
pub fn is_weights_file(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".safetensors")
}

/// Whether a file with that name is a table; it can only be a table of labels.
pub fn is_table(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".csv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_other_files_are_skipped_and_all_others_tried() {
        for name in [
            "a.jpeg",
            "IM0001",
            "1.2.840.113619",
            "x.DCM",
            "film.unknown",
            "zip",
        ] {
            assert!(may_be_film(name), "{name}");
        }
        for name in [
            ".DS_Store",
            "DICOMDIR",
            "dicomdir",
            "notes.TXT",
            "films.csv",
            "a.jpeg.zip",
        ] {
            assert!(!may_be_film(name), "{name}");
        }
    }

    #[test]
    fn the_innermost_folder_that_is_named_after_a_class_gives_the_label() {
        for (folder, label) in [
            ("chest/NORMAL", Some(Label::Normal)),
            ("NORMAL/pneumonia/2019", Some(Label::Pneumonia)),
            ("NORMALS", None),
            ("", None),
        ] {
            assert_eq!(label_of_folder(folder), label, "{folder}");
        }
    }
}
