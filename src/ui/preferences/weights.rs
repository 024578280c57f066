//! Another weights file in place of the shipped one.

use crate::ui::announcer::Announcer;
use crate::ui::films::Picked;
use futures::channel::mpsc::UnboundedSender;
use leptos::prelude::*;

/// The weights that a visitor wants films to be read with.
pub enum WeightsRequest {
    Shipped,
    File(Picked),
}

/// What happened to the last weights file chosen.
#[derive(Clone, PartialEq)]
pub enum Trial {
    None,
    Running(String),
    /// It can't be used: its name, and why, in one or more sentences.
    Refused(String, Vec<String>),
}

/// The page's choice of weights.
#[derive(Clone, Copy)]
pub struct WeightsChoice {
    /// The name of the file in use, `None` for the shipped weights.
    pub file: RwSignal<Option<String>>,
    pub trial: RwSignal<Trial>,
    requests: StoredValue<UnboundedSender<WeightsRequest>, LocalStorage>,
}

impl WeightsChoice {
    /// The visitor's requests go to `requests`.
    pub fn new(requests: UnboundedSender<WeightsRequest>) -> Self {
        Self {
            file: RwSignal::new(None),
            trial: RwSignal::new(Trial::None),
            requests: StoredValue::new_local(requests),
        }
    }

    /// Has a worker try the file; the page uses it if it fits.
    pub fn try_out(self, file: Picked) {
        self.trial.set(Trial::Running(file.name.clone()));
        self.request(WeightsRequest::File(file));
    }

    /// Goes back to the shipped weights.
    pub fn use_shipped(self) {
        self.request(WeightsRequest::Shipped);
    }

    fn request(self, request: WeightsRequest) {
        // Fails only when the reader's loop has ended, which happens only with the page.
        self.requests
            .with_value(|requests| drop(requests.unbounded_send(request)));
    }

    /// Called when this file, or the shipped one, has come into use.
    pub fn use_file(self, announcer: Announcer, name: Option<String>) {
        let name_or_shipped = name.as_deref().unwrap_or("the shipped weights");
        announcer.say(format!(
            "The network is now that of {name_or_shipped}. Films in the list are read again."
        ));
        self.trial.set(Trial::None);
        self.file.set(name);
    }

    /// Called when the file can't be used.
    pub fn refuse(self, announcer: Announcer, name: String, sentences: Vec<String>) {
        announcer.say(format!(
            "{name} can't be used: {}",
            sentences.first().map_or("", String::as_str)
        ));
        self.trial.set(Trial::Refused(name, sentences));
    }
}

/// The page's choice of weights.
pub fn use_weights() -> WeightsChoice {
    expect_context()
}
