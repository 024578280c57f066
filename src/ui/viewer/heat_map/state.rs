//! How far the heat map of one viewer is: a worker covers one part of the film after the other, and between two rows of
//! them the work can be cancelled.

use crate::page::heat_map::in_words;
use crate::reading::heat_map::{HeatMap, PLACES};
use crate::ui::announcer::Announcer;
use crate::ui::reader::ReaderService;
use futures::StreamExt;
use js_sys::Float32Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// How much of a map is seen at first.
const OPACITY: f64 = 0.6;

/// How far the map is.
#[derive(Clone)]
pub enum HeatMapProgress {
    None,
    /// Rows that are done.
    Working(usize),
    Done(Arc<HeatMap>),
    /// Why there is none.
    Failed(String),
}

/// The map of one viewer.
#[derive(Clone, Copy)]
pub struct HeatMapState {
    pub progress: RwSignal<HeatMapProgress>,
    /// 0 to 1.
    pub opacity: RwSignal<f64>,
    pub shown: RwSignal<bool>,
    /// Tells the work that goes on from work that was cancelled.
    work: StoredValue<u32>,
}

/// What a map is made of, and by whom.
pub struct HeatMapRequest {
    pub reader: ReaderService,
    pub announcer: Announcer,
    /// Of the film.
    pub name: String,
    /// What the network saw.
    pub input: Float32Array,
}

impl HeatMapState {
    pub fn new() -> Self {
        Self {
            progress: RwSignal::new(HeatMapProgress::None),
            opacity: RwSignal::new(OPACITY),
            shown: RwSignal::new(false),
            work: StoredValue::new(0),
        }
    }

    /// Shows the map, which is made when it is first asked for, or hides it.
    pub fn toggle(self, request: HeatMapRequest) {
        match self.progress.get_untracked() {
            HeatMapProgress::Working(_) => self.cancel(),
            HeatMapProgress::Done(_) => self.shown.update(|shown| *shown = !*shown),
            HeatMapProgress::None | HeatMapProgress::Failed(_) => self.begin(request),
        }
    }

    fn cancel(self) {
        self.work.update_value(|work| *work += 1);
        self.progress.set(HeatMapProgress::None);
    }

    fn begin(self, request: HeatMapRequest) {
        self.work.update_value(|work| *work += 1);
        let work = self.work.get_value();
        self.progress.set(HeatMapProgress::Working(0));
        self.shown.set(true);
        // Nothing left of it when the card is gone.
        let goes_on = move || self.work.try_get_value() == Some(work);
        spawn_local(async move {
            let HeatMapRequest {
                reader,
                announcer,
                name,
                input,
            } = request;
            let step = |rows| {
                if goes_on() {
                    self.progress.set(HeatMapProgress::Working(rows));
                }
                goes_on()
            };
            let falls = falls(reader, input, step).await;
            if !goes_on() {
                return;
            }
            match falls {
                Ok(falls) => {
                    let map = HeatMap::from_falls(&falls);
                    announcer.say(format!("Heat map of {name}: {}", in_words(&map)));
                    self.progress.set(HeatMapProgress::Done(Arc::new(map)));
                }
                Err(sentence) => {
                    announcer.say(sentence.clone());
                    self.progress.set(HeatMapProgress::Failed(sentence));
                }
            }
        });
    }
}

/// The falls of all covers, for as long as `step`, which gets the number of rows that are done, says to go on.
async fn falls(
    reader: ReaderService,
    input: Float32Array,
    step: impl Fn(usize) -> bool,
) -> Result<Vec<f32>, String> {
    let mut rows = reader.heat_map(input);
    let mut falls = Vec::new();
    for done in 0..PLACES {
        if !step(done) {
            break;
        }
        match rows.next().await {
            Some(row) => falls.extend(row),
            None => return Err("The reader stopped while it made the heat map. Try again.".into()),
        }
    }
    Ok(falls)
}
