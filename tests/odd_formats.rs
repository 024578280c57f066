//! One small picture in unusual ways of storing it, and damaged files that decoders stumbled over
//! (`tests/golden/make_odd.py`).
#![cfg(not(target_arch = "wasm32"))]

use std::path::Path;

use pneumonia_cnn::Error;
use pneumonia_cnn::radiograph::{Limits, Radiograph, to_grey8};

/// The files of `tests/golden/odd` whose names begin so, with their names.
fn files(start: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/odd");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read(path).unwrap())
    });
    files.filter(|(name, _)| name.starts_with(start)).collect()
}

#[test]
fn a_picture_is_the_same_however_it_is_stored() {
    for (start, count) in [("picture", 6), ("grey", 3)] {
        let films: Vec<_> = files(start)
            .into_iter()
            .map(|(name, bytes)| {
                (
                    name,
                    Radiograph::from_bytes(&bytes, &Limits::default()).unwrap(),
                )
            })
            .collect();
        assert_eq!(films.len(), count);
        let (_, plain) = films
            .iter()
            .find(|(name, _)| name.ends_with(".png"))
            .unwrap();
        for (name, film) in &films {
            assert_eq!((film.width(), film.height()), (24, 20), "{name}");
            assert_eq!(to_grey8(film.pixels()), to_grey8(plain.pixels()), "{name}");
        }
    }
}

#[test]
fn a_file_that_contradicts_itself_is_damaged() {
    let files = files("damaged");
    assert_eq!(files.len(), 2);
    for (name, bytes) in files {
        let error = Radiograph::from_bytes(&bytes, &Limits::default()).unwrap_err();
        assert!(matches!(error, Error::Damaged { .. }), "{name}: {error}");
    }
}

#[test]
fn these_files_are_small() {
    for (name, bytes) in files("") {
        assert!(bytes.len() <= 4096, "{name}");
    }
}
