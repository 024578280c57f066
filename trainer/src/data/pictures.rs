//! Finding and loading the images in or below a folder.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use pneumonia_cnn::input::Input;
use pneumonia_cnn::radiograph::{Limits, Radiograph};
use walkdir::{DirEntry, WalkDir};

/// Each file at or below `path`, sorted by name, and the errors of entries that can't be listed. Hidden files below a
/// folder are left out: file managers create them, and they are not data.
pub fn files_below(path: &Path) -> impl Iterator<Item = walkdir::Result<PathBuf>> {
    let entries = WalkDir::new(path)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(is_visible);
    entries.filter_map(|entry| match entry {
        Ok(entry) if entry.file_type().is_dir() => None,
        entry => Some(entry.map(DirEntry::into_path)),
    })
}

/// The files directly in `folder`, sorted, without hidden ones.
pub fn visible_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = WalkDir::new(folder)
        .min_depth(1)
        .max_depth(1)
        .follow_links(true)
        .sort_by_file_name();
    for entry in entries.into_iter().filter_entry(is_visible) {
        let entry = entry.with_context(|| format!("can't read {}", folder.display()))?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

fn is_visible(entry: &DirEntry) -> bool {
    entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// The images below `folder`, each with the name of its parent folder. Those that can't be decoded are listed on stderr
/// and left out.
pub fn by_folder(folder: &Path) -> Result<Vec<(String, Input)>> {
    let mut pictures = Vec::new();
    for path in files_below(folder) {
        let path = path.with_context(|| format!("can't read {}", folder.display()))?;
        let bytes =
            std::fs::read(&path).with_context(|| format!("can't read {}", path.display()))?;
        match Radiograph::from_bytes(&bytes, &Limits::default()) {
            Ok(picture) => {
                let kind = path.parent().and_then(Path::file_name).unwrap_or_default();
                pictures.push((kind.to_string_lossy().into_owned(), Input::new(&picture)));
            }
            Err(error) => eprintln!("left out {}: {error}", path.display()),
        }
    }
    Ok(pictures)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_link_that_leads_back_is_told_once_and_hides_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        for file in ["b.png", ".hidden", "a.png"] {
            fs::write(inner.join(file), b"").unwrap();
        }
        std::os::unix::fs::symlink(folder.path(), inner.join("back")).unwrap();
        let (files, errors): (Vec<_>, Vec<_>) = files_below(folder.path()).partition(Result::is_ok);
        let names = files.into_iter().map(|file| file.unwrap());
        let names: Vec<_> = names
            .map(|file| file.file_name().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["a.png", "b.png"]);
        let loops = errors.into_iter().map(|error| error.unwrap_err());
        assert_eq!(
            loops
                .filter(|error| error.loop_ancestor().is_some())
                .count(),
            1
        );
    }
}
