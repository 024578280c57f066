//! DICOM files compared with what pydicom reads, and files that must be refused or get remarks.
#![cfg(not(target_arch = "wasm32"))]

use std::path::{Path, PathBuf};

use pneumonia_cnn::radiograph::{Format, Limits, Radiograph};
use pneumonia_cnn::reading::{Remark, remarks};
use pneumonia_cnn::{Error, Result};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    films: Vec<GoldenFilm>,
}

#[derive(Deserialize)]
struct GoldenFilm {
    file: String,
    width: usize,
    height: usize,
    /// Row, column and grey value.
    probes: Vec<(usize, usize, f32)>,
    mean: f32,
}

fn golden() -> Vec<GoldenFilm> {
    let golden: Golden = serde_json::from_str(include_str!("golden/dicom.json")).unwrap();
    golden.films
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/dicom")
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

fn read(bytes: &[u8]) -> Result<Radiograph> {
    Radiograph::from_bytes(bytes, &Limits::default())
}

fn refusal(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

/// Lossy decoders and integer colour conversions each round differently.
fn tolerance(file: &str) -> f32 {
    let lossy = [
        "jpeg2000.dcm",
        "jpeg_",
        "ybr",
        "1.2.276",
        "Fake_",
        "RG1_J2KI",
    ];
    let lossless = file.starts_with("jpeg_lossless");
    if !lossless && lossy.iter().any(|name| file.starts_with(name)) {
        0.013
    } else {
        1e-5
    }
}

fn check(film: &GoldenFilm, bytes: &[u8]) {
    let GoldenFilm { file, .. } = film;
    let read = read(bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
    assert_eq!(
        (read.width(), read.height()),
        (film.width, film.height),
        "{file}"
    );
    for &(y, x, grey) in &film.probes {
        let actual = read.pixels()[y * film.width + x];
        assert!(
            (actual - grey).abs() <= tolerance(file),
            "{file} at {y}, {x}: {actual}, not {grey}"
        );
    }
    let mean = read
        .pixels()
        .iter()
        .map(|&grey| f64::from(grey))
        .sum::<f64>() as f32;
    let mean = mean / read.pixels().len() as f32;
    assert!(
        (mean - film.mean).abs() <= tolerance(file),
        "{file}: {mean}, not {}",
        film.mean
    );
}

#[test]
fn a_film_looks_as_pydicom_and_the_standard_have_it_however_it_is_stored() {
    let films = golden();
    let mut own = 0;
    for film in &films {
        if let Ok(bytes) = std::fs::read(folder().join(&film.file)) {
            check(film, &bytes);
            own += 1;
        }
    }
    assert_eq!(own, 36);
}

#[test]
#[ignore = "reads the films: CHEST_XRAY_DATA names their folder"]
fn films_of_real_machines_look_as_pydicom_has_them() {
    let data = std::env::var("CHEST_XRAY_DATA").expect("CHEST_XRAY_DATA names the films' folder");
    let mut found = 0;
    for film in golden() {
        for folder in ["dicom", "not_chest_dicom"] {
            if let Ok(bytes) = std::fs::read(Path::new(&data).join(folder).join(&film.file)) {
                check(&film, &bytes);
                found += 1;
            }
        }
    }
    assert_eq!(found, 7);
}

#[test]
fn what_cannot_be_decoded_is_named() {
    // RLE is 1.2.840.10008.1.2.5; with another last number it is no known transfer syntax.
    let mut unknown = bytes("rle.dcm");
    let uid = b"1.2.840.10008.1.2.5\0";
    let at = unknown.windows(uid.len()).position(|bytes| bytes == uid);
    unknown[at.unwrap() + 18] = b'9';
    let error = read(&unknown).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Unsupported {
                format: "DICOM",
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.to_string().contains("1.2.840.10008.1.2.9"), "{error}");
}

#[test]
fn a_file_is_known_by_its_beginning() {
    for file in std::fs::read_dir(folder()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert_eq!(Format::of(&bytes[..Format::HEAD]), Some(Format::Dicom));
    }
    assert_eq!(
        Format::of(b"\x08\x00\x05\x00a letter that begins oddly"),
        None
    );
}

#[test]
fn the_header_speaks_of_what_is_no_frontal_chest_film_of_a_child_and_never_of_a_name() {
    let told = read(&bytes("told.dcm")).unwrap();
    let expected = [
        Remark::Modality("CT".into()),
        Remark::BodyPart("ABDOMEN".into()),
        Remark::View("LL".into()),
        Remark::Age(63.0, None),
    ];
    assert_eq!(remarks(&told), expected);
    for remark in remarks(&told) {
        assert!(!remark.to_string().contains("Golden"));
    }
    assert_eq!(
        remarks(&read(&bytes("two_frames.dcm")).unwrap()),
        [Remark::FirstFrame(2)]
    );
    assert_eq!(remarks(&read(&bytes("explicit12.dcm")).unwrap()), []);
}

#[test]
fn a_cut_file_is_refused_and_none_can_crash_the_program() {
    for film in golden() {
        let Ok(whole) = std::fs::read(folder().join(&film.file)) else {
            continue;
        };
        // The last bytes may be padding.
        let refused = read(&whole[..whole.len() * 2 / 3]);
        assert!(refused.is_err(), "{}", film.file);
        if whole.len() > 100_000 {
            continue;
        }
        let limits = Limits {
            max_pixels: 10_000,
            ..Limits::default()
        };
        // Single corrupt bytes across the header, and some in the pixel data.
        let header = whole.len().min(900);
        for at in (0..header)
            .step_by(2)
            .chain((header..whole.len()).step_by(61))
        {
            let mut broken = whole.clone();
            broken[at] = !broken[at];
            let _ = Radiograph::from_bytes(&broken, &limits);
        }
    }
}

#[test]
fn a_file_that_promises_too_much_is_refused_before_it_is_decoded() {
    let mut huge = bytes("explicit12.dcm");
    for tag in [[0x28, 0x00, 0x10, 0x00], [0x28, 0x00, 0x11, 0x00]] {
        let at = huge.windows(4).position(|window| window == tag).unwrap();
        huge[at + 8..at + 10].copy_from_slice(&60_000u16.to_le_bytes());
    }
    assert!(
        refusal(&huge).contains("60000 × 60000"),
        "{}",
        refusal(&huge)
    );
}
