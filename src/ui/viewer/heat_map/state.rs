//! The heat map of one viewer and its progress: a worker covers one part of the film after the other, and the work can
//! be cancelled between rows.

use crate::page::heat_map::in_words;
use crate::reading::heat_map::{HeatMap, PLACES};
use crate::ui::announcer::Announcer;
use crate::ui::reader::ReaderService;
use futures::StreamExt;
use futures::channel::mpsc;
use futures::future::{AbortHandle, Aborted, abortable};
use js_sys::Float32Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Initial opacity of a map.
const OPACITY: f64 = 0.6;

/// Progress of the map.
#[derive(Clone)]
pub enum HeatMapProgress {
    None,
    /// Rows done so far.
    Working(usize),
    Done(Arc<HeatMap>),
    /// Why it failed.
    Failed(String),
}

/// The map of one viewer.
#[derive(Clone, Copy)]
pub struct HeatMapState {
    pub progress: RwSignal<HeatMapProgress>,
    /// 0 to 1.
    pub opacity: RwSignal<f64>,
    pub shown: RwSignal<bool>,
    /// Cancels the current run.
    work: StoredValue<Option<AbortHandle>>,
}

/// What it takes to make a map.
pub struct HeatMapRequest {
    pub reader: ReaderService,
    pub announcer: Announcer,
    /// The film's name.
    pub name: String,
    /// What the network saw, once it is loaded.
    pub input: Option<Float32Array>,
}

impl HeatMapState {
    pub fn new() -> Self {
        Self {
            progress: RwSignal::new(HeatMapProgress::None),
            opacity: RwSignal::new(OPACITY),
            shown: RwSignal::new(false),
            work: StoredValue::new(None),
        }
    }

    /// Makes the map on first use, cancels it while it is being made, and afterwards shows or hides it.
    pub fn toggle(self, request: HeatMapRequest) {
        match self.progress.get_untracked() {
            HeatMapProgress::Working(_) => self.cancel(),
            HeatMapProgress::Done(_) => self.shown.update(|shown| *shown = !*shown),
            HeatMapProgress::None | HeatMapProgress::Failed(_) => self.begin(request),
        }
    }

    fn cancel(self) {
        if let Some(work) = self.work.get_value() {
            work.abort();
        }
        self.progress.set(HeatMapProgress::None);
    }

    fn begin(self, request: HeatMapRequest) {
        let HeatMapRequest {
            reader,
            announcer,
            name,
            input,
        } = request;
        let Some(input) = input else {
            let sentence = "The film is still being loaded. Try again in a moment.";
            return self.progress.set(HeatMapProgress::Failed(sentence.into()));
        };
        self.progress.set(HeatMapProgress::Working(0));
        self.shown.set(true);
        let (map, work) = abortable(self.falls(reader.heat_map(input)));
        self.work.set_value(Some(work));
        spawn_local(async move {
            let progress = match map.await {
                Ok(Some(falls)) if falls.len() == PLACES * PLACES => {
                    let map = HeatMap::from_falls(&falls);
                    announcer.say(format!("Heat map of {name}: {}", in_words(&map)));
                    HeatMapProgress::Done(Arc::new(map))
                }
                Ok(Some(_)) => {
                    let sentence = "The reader stopped while it made the heat map. Try again.";
                    announcer.say(sentence);
                    HeatMapProgress::Failed(sentence.into())
                }
                // The card is gone, or the run was cancelled.
                Ok(None) | Err(Aborted) => return,
            };
            self.progress.try_set(progress);
        });
    }

    /// How much the logit falls under each cover, for the rows that arrive; `None` once the card is gone.
    async fn falls(self, mut rows: mpsc::UnboundedReceiver<Vec<f32>>) -> Option<Vec<f32>> {
        let mut falls = Vec::new();
        while let Some(row) = rows.next().await {
            falls.extend(row);
            let done = falls.len() / PLACES;
            let gone = self.progress.try_set(HeatMapProgress::Working(done));
            if gone.is_some() {
                return None;
            }
        }
        Some(falls)
    }
}
