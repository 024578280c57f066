//! Damaged and unsuitable files get an error that says so, and never a crash or a wrong image.

use pneumonia_cnn::Error;
use pneumonia_cnn::radiograph::{Limits, Radiograph};

const FILMS: [(&str, &[u8]); 7] = [
    ("PNG", include_bytes!("golden/films/grey8.png")),
    ("JPEG", include_bytes!("golden/films/grey8.jpeg")),
    ("JPEG", include_bytes!("golden/films/rgb8_turned.jpeg")),
    ("WebP", include_bytes!("golden/films/rgb8_lossless.webp")),
    ("BMP", include_bytes!("golden/films/rgb8.bmp")),
    ("TIFF", include_bytes!("golden/films/grey8.tiff")),
    ("GIF", include_bytes!("golden/films/palette.gif")),
];

fn read(bytes: &[u8]) -> Result<Radiograph, Error> {
    Radiograph::from_bytes(bytes, &Limits::default())
}

#[track_caller]
fn assert_says(bytes: &[u8], parts: &[&str]) {
    let error = read(bytes).unwrap_err().to_string();
    for part in parts {
        assert!(error.contains(part), "\"{error}\" does not say \"{part}\"");
    }
}

#[test]
fn a_file_that_is_no_picture_is_told_by_what_it_is() {
    assert_says(b"", &["empty"]);
    assert_says(b"Dear Sir or Madam", &["not a picture", "Choose a DICOM"]);
    assert_says(b"%PDF-1.7 a report", &["not a picture"]);
    let mut dicom = vec![0; 128];
    dicom.extend(b"DICM and what follows");
    assert_says(&dicom, &["DICOM", "damaged"]);
    // Formats that the decoder crate recognises but this program does not read.
    assert_says(b"qoif0123456789abcdef", &["not a picture"]);
}

#[test]
fn a_cut_file_of_any_format_is_called_incomplete() {
    for (format, whole) in FILMS {
        read(whole).unwrap();
        for share in [3, 5, 7, 9] {
            let cut = &whole[..whole.len() * share / 10];
            let error = read(cut).unwrap_err();
            assert!(
                matches!(&error, Error::Damaged { format: named, .. } if *named == format),
                "{format} cut to {share} tenths: {error}"
            );
        }
    }
}

#[test]
fn a_jpeg_that_is_cut_and_closed_with_an_end_marker_is_called_incomplete() {
    for (format, whole) in FILMS.into_iter().filter(|(format, _)| *format == "JPEG") {
        for share in [3, 5, 7, 9] {
            let mut cut = whole[..whole.len() * share / 10].to_vec();
            cut.extend([0xFF, 0xD9]);
            let error = read(&cut).unwrap_err();
            assert!(
                matches!(&error, Error::Damaged { format: named, .. } if *named == format),
                "{format} cut to {share} tenths: {error}"
            );
        }
    }
}

#[test]
fn a_file_cut_or_changed_anywhere_never_crashes() {
    for (format, whole) in FILMS {
        for length in (0..whole.len()).step_by(whole.len() / 40 + 1) {
            assert!(
                read(&whole[..length]).is_err(),
                "{format} cut to {length} bytes"
            );
        }
        for at in (0..whole.len()).step_by(whole.len() / 150 + 1) {
            let mut changed = whole.to_vec();
            changed[at] = !changed[at];
            let _ = read(&changed);
        }
    }
}

/// A PNG file up to where its data would begin, for an image of the given size.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 0, 0, 0, 0]); // 8 bits, grey
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for chunk in [header, b"IDAT".to_vec()] {
        file.extend((chunk.len() as u32 - 4).to_be_bytes());
        file.extend(&chunk);
        file.extend(crc32(&chunk).to_be_bytes());
    }
    file
}

/// As the PNG specification computes it (annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))
        })
    })
}

#[test]
fn a_header_that_promises_a_huge_picture_is_refused_before_anything_is_decoded() {
    assert_says(
        &png_header(60_000, 60_000),
        &["60000 × 60000", "50 megapixels"],
    );
    // Signature and size only: the error is still about the size.
    assert_says(&png_header(60_000, 60_000)[..33], &["60000 × 60000"]);
}

#[test]
fn each_limit_is_checked_and_named() {
    let film = FILMS[0].1;
    let limits = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        Radiograph::from_bytes(film, &limits).unwrap_err()
    };
    assert!(matches!(
        limits(|l| l.max_bytes = 100),
        Error::TooManyBytes { .. }
    ));
    assert!(matches!(
        limits(|l| l.max_pixels = 100),
        Error::TooManyPixels { .. }
    ));
    assert!(matches!(
        limits(|l| l.max_decoded_bytes = 100),
        Error::TooMuchMemory { .. }
    ));
    let error = Limits::default()
        .check_bytes(200_000_000)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("200 MB") && error.contains("100 MB"),
        "{error}"
    );
}
