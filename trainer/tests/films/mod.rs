//! Small films for the command-line tests.
#![allow(dead_code, reason = "each test file uses a part")]

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::{GrayImage, ImageFormat, Luma};

/// A JPEG of 40×30 pixels with a pattern that depends on `seed`; for an odd seed the centre is bright, so that there is
/// something to learn.
pub fn jpeg(seed: u32) -> Vec<u8> {
    let picture = GrayImage::from_fn(40, 30, |x, y| {
        let noise = (x * 7 + y * 13 + seed * 31) % 61;
        let middle = (10..30).contains(&x) && (8..22).contains(&y) && seed % 2 == 1;
        Luma([(noise + if middle { 150 } else { 40 }) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// Creates `data/NORMAL` and `data/PNEUMONIA` below `folder`, each with `count` films of different patients.
pub fn labelled_folder(folder: &Path, count: u32) -> PathBuf {
    let data = folder.join("data");
    for (class, parity) in [("NORMAL", 0), ("PNEUMONIA", 1)] {
        fs::create_dir_all(data.join(class)).unwrap();
        for film in 0..count {
            let name = if parity == 0 {
                format!("IM-{film:04}-0001.jpeg")
            } else {
                format!("person{film}_virus_1.jpeg")
            };
            fs::write(data.join(class).join(name), jpeg(2 * film + parity)).unwrap();
        }
    }
    data
}
