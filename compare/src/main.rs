//! Reads every DICOM file of a folder with this project, with dicom-rs, and as pydicom had it, and lists where they
//! differ.
//!
//! ```sh
//! python compare/with_pydicom.py FOLDER OUT     # what pydicom and pylibjpeg make of it
//! cargo run --manifest-path compare/Cargo.toml -- FOLDER OUT
//! ```

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use dicom_pixeldata::PixelDecoder;
use pneumonia_cnn::radiograph::{Format, Limits, Radiograph, to_grey8};
use walkdir::WalkDir;

/// How many grey levels of 255 two readers may differ by.
const TOLERANCE: u8 = 1;

#[derive(Parser)]
struct Arguments {
    /// Searched recursively
    folder: PathBuf,
    /// What with_pydicom.py wrote
    pydicom: PathBuf,
    /// List the files on which all agree, too
    #[arg(long)]
    all: bool,
}

/// A film as a reader shows it.
struct Grey {
    width: usize,
    height: usize,
    /// 0 black to 255 white, row by row.
    pixels: Vec<u8>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let mut agreeing = 0;
    let mut differing = 0;
    for entry in WalkDir::new(&arguments.folder).sort_by_file_name() {
        let entry = entry?;
        if !entry.file_type().is_file() {
            continue;
        }
        let bytes = fs::read(entry.path())?;
        if Format::of(&bytes) != Some(Format::Dicom) {
            continue;
        }
        let name = entry.path().strip_prefix(&arguments.folder)?;
        let ours = caught(|| ours(&bytes));
        let pydicom = pydicoms(&arguments.pydicom, name);
        let dicom_rs = caught(|| dicom_rs(entry.path()));
        let against = [("pydicom", &pydicom), ("dicom-rs", &dicom_rs)];
        let lines: Vec<String> = against
            .iter()
            .filter_map(|(reader, theirs)| {
                Some(format!("{reader}: {}", difference(&ours, theirs)?))
            })
            .collect();
        if lines.is_empty() {
            agreeing += 1;
        } else {
            differing += 1;
        }
        if !lines.is_empty() || arguments.all {
            println!("{}: {}", name.display(), lines.join("; "));
        }
    }
    println!("{agreeing} files are read alike, {differing} are not");
    Ok(())
}

/// How a reader's result differs from ours; `None` if both show the same, or neither anything.
fn difference(ours: &Result<Grey>, theirs: &Result<Grey>) -> Option<String> {
    match (ours, theirs) {
        (Err(_), Err(_)) => None,
        (Ok(_), Err(error)) => Some(format!("not read there ({})", first_line(error))),
        (Err(error), Ok(_)) => Some(format!("not read here ({})", first_line(error))),
        (Ok(one), Ok(other)) if (one.width, one.height) != (other.width, other.height) => {
            Some(format!(
                "{} × {} here, {} × {} there",
                one.width, one.height, other.width, other.height
            ))
        }
        (Ok(one), Ok(other)) => {
            let off: Vec<u8> = one
                .pixels
                .iter()
                .zip(&other.pixels)
                .map(|(a, b)| a.abs_diff(*b))
                .collect();
            let far = off.iter().filter(|&&off| off > TOLERANCE).count();
            let largest = off.iter().max().copied().unwrap_or_default();
            (far > 0).then(|| format!("{far} of {} pixels differ, by up to {largest}", off.len()))
        }
    }
}

fn first_line(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(120)
        .collect()
}

/// A reader that panics has not read the file.
fn caught(read: impl FnOnce() -> Result<Grey> + std::panic::UnwindSafe) -> Result<Grey> {
    catch_unwind(read).unwrap_or_else(|_| bail!("it panicked"))
}

fn ours(bytes: &[u8]) -> Result<Grey> {
    let film = Radiograph::from_bytes(bytes, &Limits::default())?;
    Ok(Grey {
        width: film.width(),
        height: film.height(),
        pixels: to_grey8(film.pixels()),
    })
}

fn dicom_rs(path: &Path) -> Result<Grey> {
    let file = dicom_object::OpenFileOptions::new().open_file(path)?;
    let image = file.decode_pixel_data_frame(0)?.to_dynamic_image(0)?;
    let rgb = image.to_rgb32f();
    let luma = |pixel: &[f32]| 0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2];
    let pixels: Vec<f32> = rgb.chunks(3).map(luma).collect();
    Ok(Grey {
        width: image.width() as usize,
        height: image.height() as usize,
        pixels: to_grey8(&pixels),
    })
}

/// What with_pydicom.py wrote about a file: width, height and pixels, or why not.
fn pydicoms(folder: &Path, name: &Path) -> Result<Grey> {
    let error = folder.join(format!("{}.error", name.display()));
    if let Ok(error) = fs::read_to_string(error) {
        bail!("{error}");
    }
    let grey = folder.join(format!("{}.grey", name.display()));
    let bytes = fs::read(&grey).with_context(|| format!("{} is missing", grey.display()))?;
    let (sizes, pixels) = bytes.split_at_checked(8).context("too short")?;
    let side = |at: usize| {
        sizes[at..at + 4]
            .iter()
            .rev()
            .fold(0, |side, &byte| side << 8 | usize::from(byte))
    };
    let (width, height) = (side(0), side(4));
    ensure!(pixels.len() == width * height, "it has another length");
    Ok(Grey {
        width,
        height,
        pixels: pixels.to_vec(),
    })
}
