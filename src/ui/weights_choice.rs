//! Another weights file in the shipped one's place. A worker of its own tries it first, so that the network in use stays
//! until the other is known to work; then the `pool` ends, and another reads the films again.

use crate::network::weights::MAX_FILE_BYTES;
use crate::ui::room::{Picked, Room};
use crate::ui::worker_link::{Died, WorkerProgram};
use crate::ui::worker_loop::{Link, prepare};
use futures::channel::mpsc::UnboundedSender;
use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// What a visitor wishes to read films with.
pub enum Wish {
    Shipped,
    File(Picked),
}

/// What became of the weights file that was chosen last.
#[derive(Clone, PartialEq)]
pub enum Trial {
    None,
    Running(String),
    /// It can't be used: its name, and why, in a sentence or more.
    Refused(String, Vec<String>),
}

/// The page's choice of weights.
#[derive(Clone, Copy)]
pub struct WeightsChoice {
    /// The name of the file in use, `None` for the shipped weights.
    pub file: RwSignal<Option<String>>,
    pub trial: RwSignal<Trial>,
    wishes: StoredValue<UnboundedSender<Wish>, LocalStorage>,
}

/// Whether a file of that name holds weights and not a film.
pub fn is_weights_file(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".safetensors")
}

impl WeightsChoice {
    /// Wishes go to `wishes`.
    pub fn new(wishes: UnboundedSender<Wish>) -> Self {
        Self {
            file: RwSignal::new(None),
            trial: RwSignal::new(Trial::None),
            wishes: StoredValue::new_local(wishes),
        }
    }

    /// Lets a worker try the file, and the page use it if it fits.
    pub fn try_out(&self, file: Picked) {
        self.trial.set(Trial::Running(file.name.clone()));
        self.wish(Wish::File(file));
    }

    /// Goes back to the shipped weights.
    pub fn use_shipped(&self) {
        self.wish(Wish::Shipped);
    }

    fn wish(&self, wish: Wish) {
        // Fails only when the reader's loop has ended, which it does with the page.
        self.wishes
            .with_value(|wishes| drop(wishes.unbounded_send(wish)));
    }

    /// The file in use is now this one, or the shipped one.
    pub fn use_file(&self, room: &Room, name: Option<String>) {
        let name_or_shipped = name.as_deref().unwrap_or("the shipped weights");
        room.announce(format!(
            "The network is now that of {name_or_shipped}. Films in the list are read again."
        ));
        self.trial.set(Trial::None);
        self.file.set(name);
    }

    /// The file can't be used.
    pub fn refuse(&self, room: &Room, name: String, sentences: Vec<String>) {
        room.announce(format!(
            "{name} can't be used: {}",
            sentences.first().map_or("", String::as_str)
        ));
        self.trial.set(Trial::Refused(name, sentences));
    }
}

/// A file's bytes, if a worker can read films with them; otherwise why not.
pub async fn try_out(program: &WorkerProgram, file: &Blob) -> Result<Uint8Array, Vec<String>> {
    // Before the file is read: it may be larger than the memory.
    if file.size() > MAX_FILE_BYTES as f64 {
        return Err(vec![format!(
            "The file has {:.0} MB; this network's weights take a fifth of one.",
            file.size() / 1e6
        )]);
    }
    let Ok(bytes) = JsFuture::from(file.array_buffer()).await else {
        return Err(vec![
            "The browser could not open this file. Choose it again.".into(),
        ]);
    };
    let bytes = Uint8Array::new(&bytes);
    let trial = async {
        let mut link = Link::start(program)?;
        prepare(&mut link, &bytes).await
    };
    match trial.await {
        Ok(Ok(_)) => Ok(bytes),
        Ok(Err(sentences)) => Err(sentences),
        Err(Died(reason)) => Err(vec![format!(
            "The reader stopped when it loaded this file ({reason})."
        )]),
    }
}
