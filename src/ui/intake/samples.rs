//! The list of sample films, and their bytes in memory. They are loaded right after the reader, as part of loading the
//! page, so that a click on one makes no request.

use crate::page::film::Label;
use crate::ui::films::Picked;
use crate::ui::workers::{Meter, download};
use js_sys::Array;
use leptos::prelude::*;
use web_sys::{Blob, BlobPropertyBag, Url};

/// The sixteen films of the data set's official `val` split, which nothing was trained on. See model/samples.
const FILES: [(Label, &str); 16] = [
    (Label::Normal, "NORMAL2-IM-1427-0001.jpeg"),
    (Label::Normal, "NORMAL2-IM-1430-0001.jpeg"),
    (Label::Normal, "NORMAL2-IM-1431-0001.jpeg"),
    (Label::Normal, "NORMAL2-IM-1436-0001.jpeg"),
    (Label::Normal, "NORMAL2-IM-1437-0001.jpeg"),
    (Label::Normal, "NORMAL2-IM-1438-0001.jpeg"),
    (Label::Normal, "NORMAL2-IM-1440-0001.jpeg"),
    (Label::Normal, "NORMAL2-IM-1442-0001.jpeg"),
    (Label::Pneumonia, "person1946_bacteria_4874.jpeg"),
    (Label::Pneumonia, "person1946_bacteria_4875.jpeg"),
    (Label::Pneumonia, "person1947_bacteria_4876.jpeg"),
    (Label::Pneumonia, "person1949_bacteria_4880.jpeg"),
    (Label::Pneumonia, "person1950_bacteria_4881.jpeg"),
    (Label::Pneumonia, "person1951_bacteria_4882.jpeg"),
    (Label::Pneumonia, "person1952_bacteria_4883.jpeg"),
    (Label::Pneumonia, "person1954_bacteria_4886.jpeg"),
];

/// A sample film.
#[derive(Clone, Copy)]
pub struct Sample {
    /// 1 to 16, as shown on the page.
    pub number: usize,
    pub label: Label,
    pub name: &'static str,
    pub copy: RwSignal<SampleCopy, LocalStorage>,
}

/// The page's copy of a sample's file.
#[derive(Clone)]
pub enum SampleCopy {
    Loading,
    /// The file, and its URL for the thumbnail.
    Here {
        file: Blob,
        url: String,
    },
    Missing,
}

/// All samples, none of them loaded yet.
pub fn all() -> Vec<Sample> {
    FILES
        .iter()
        .enumerate()
        .map(|(index, &(label, name))| Sample {
            number: index + 1,
            label,
            name,
            copy: RwSignal::new_local(SampleCopy::Loading),
        })
        .collect()
}

impl Sample {
    /// Loads the film's bytes into memory.
    pub async fn load(self) {
        let path = format!("samples/{}/{}", self.label.class(), self.name);
        let copy = match download(&path, &Meter::new(1, &|_| ())).await {
            Ok(bytes) => in_memory(&Array::of1(&bytes)).unwrap_or(SampleCopy::Missing),
            Err(error) => {
                leptos::logging::warn!("{error}");
                SampleCopy::Missing
            }
        };
        self.copy.set(copy);
    }

    /// Whether it has arrived or failed.
    pub fn is_settled(&self) -> bool {
        !matches!(self.copy.get(), SampleCopy::Loading)
    }

    /// The film as if the visitor had chosen it, once it is loaded.
    pub fn pick(self) -> Option<Picked> {
        match self.copy.get_untracked() {
            SampleCopy::Here { file, .. } => Some(Picked {
                name: self.name.into(),
                folder: String::new(),
                label: Some(self.label),
                file,
            }),
            SampleCopy::Loading | SampleCopy::Missing => None,
        }
    }
}

fn in_memory(parts: &Array) -> Option<SampleCopy> {
    let options = BlobPropertyBag::new();
    options.set_type("image/jpeg");
    let file = Blob::new_with_u8_array_sequence_and_options(parts, &options).ok()?;
    let url = Url::create_object_url_with_blob(&file).ok()?;
    Some(SampleCopy::Here { file, url })
}
