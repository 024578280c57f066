//! A film at full bit depth: shown through the file's own window it is what the network gets, and no bit depth is lost.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pneumonia_cnn::radiograph::{FilmValues, Limits, Radiograph, VoiTransform, Window};

fn golden(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(folder);
    let files = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn values(name: &str) -> FilmValues {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    FilmValues::from_bytes(&std::fs::read(path.join(name)).unwrap(), &Limits::default()).unwrap()
}

fn windows(values: &FilmValues) -> Vec<(Option<&str>, f64, f64)> {
    let presets = values.presentation.presets.iter();
    presets
        .filter_map(|preset| match &preset.voi {
            VoiTransform::Window(Window { center, width, .. }) => {
                Some((preset.name.as_deref(), *center, *width))
            }
            VoiTransform::Lookup(_) => None,
        })
        .collect()
}

#[test]
fn values_through_the_files_first_window_are_the_film_that_the_network_gets() {
    let mut films = 0;
    for path in [golden("dicom"), golden("films")].concat() {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.display();
        let Ok(film) = Radiograph::from_bytes(&bytes, &Limits::default()) else {
            assert!(
                FilmValues::from_bytes(&bytes, &Limits::default()).is_err(),
                "{name}"
            );
            continue;
        };
        films += 1;
        let values = FilmValues::from_bytes(&bytes, &Limits::default()).unwrap();
        assert_eq!(
            (values.width, values.height),
            (film.width(), film.height()),
            "{name}"
        );
        let table = values
            .presentation
            .table(&values.presentation.presets[0].voi);
        for (sample, grey) in values.samples.iter().zip(film.pixels()) {
            let shown = f32::from(table[usize::from(*sample)]) / 255.0;
            assert!((shown - grey).abs() < 0.003, "{name}: {shown}, not {grey}");
        }
    }
    assert!(films > 40, "{films} films");
}

#[test]
fn a_film_of_sixteen_bits_keeps_them() {
    for name in ["dicom/jpeg_lossless.dcm", "films/grey16.png"] {
        let steps: BTreeSet<u16> = values(name).samples.into_iter().collect();
        let of_eight_bits: BTreeSet<u16> = steps.iter().map(|step| step >> 8).collect();
        let (steps, of_eight_bits) = (steps.len(), of_eight_bits.len());
        assert!(
            steps > of_eight_bits,
            "{name}: {steps} steps, {of_eight_bits} in 8 bits"
        );
    }
}

#[test]
fn values_are_what_the_machine_measured() {
    // Stored values start at -900; the slope is 2, the intercept -24.
    let film = values("dicom/implicit_signed.dcm");
    let first = film.presentation.value(film.samples[0]);
    assert_eq!(first, -900.0 * 2.0 - 24.0);
}

#[test]
fn every_window_of_a_file_is_offered_under_its_name() {
    assert_eq!(
        windows(&values("dicom/windows.dcm")),
        [
            (Some("NORMAL"), 2000.0, 3000.0),
            (Some("SOFT TISSUE"), 1000.0, 500.0)
        ]
    );
    let table = values("dicom/voi_lut.dcm");
    assert!(matches!(
        table.presentation.presets[0].voi,
        VoiTransform::Lookup(_)
    ));
    // Without any, from the minimum to the maximum that is not padding, which is 0 here.
    let padded = values("dicom/padded.dcm");
    let [(None, center, width)] = windows(&padded)[..] else {
        panic!("{:?}", padded.presentation.presets);
    };
    assert!(center - width / 2.0 >= 300.0, "{center} {width}");
    let automatic = padded.presentation.automatic;
    assert!(
        automatic.center - automatic.width / 2.0 >= 300.0,
        "{automatic:?}"
    );
}
