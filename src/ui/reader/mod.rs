//! The service that reads films for as long as the page is open: it loads what workers need, hands films out to them,
//! starts them again when they die, and starts over when the visitor wants to try again or brings other weights.
//!
//! ```text
//! load          loads what workers need, then lets the pool read
//! pool          hands films out, each to the next free worker
//! worker_loop   one worker of the pool
//! status        how the service is, for the visitor
//! ```

mod load;
mod pool;
mod status;
mod worker_loop;

pub use load::keep_reading;
pub use pool::Queue;
pub use status::ReaderStatus;

use crate::ui::announcer::Announcer;
use crate::ui::deferred::Deferred;
use crate::ui::films::{Film, FilmStore};
use crate::ui::preferences::{Preferences, WeightsChoice};
use crate::ui::workers::WorkerResources;
use futures::channel::mpsc::UnboundedSender;
use leptos::prelude::*;
use std::rc::Rc;

/// How the service is.
#[derive(Clone, PartialEq)]
pub enum Phase {
    /// Bytes so far, and in all where the server says it.
    Loading {
        loaded: u64,
        total: Option<u64>,
    },
    /// Everything is there; the worker starts.
    Starting,
    Ready,
    /// Nothing can be read until the visitor tries again: why.
    Failed(String),
}

/// The service as the page sees it.
#[derive(Clone, Copy)]
pub struct ReaderService {
    pub phase: RwSignal<Phase>,
    /// Whether the decoder, which comes after the reader, has come or failed to.
    pub decoder_settled: RwSignal<bool>,
    /// How often a worker stopped and was started again.
    pub restarts: RwSignal<u32>,
    queue: StoredValue<UnboundedSender<Film>, LocalStorage>,
    retry: StoredValue<UnboundedSender<()>, LocalStorage>,
    resources: StoredValue<Option<Rc<WorkerResources>>, LocalStorage>,
}

/// What the service reads for, and what it changes.
#[derive(Clone, Copy)]
pub struct ReaderContext {
    pub films: FilmStore,
    pub service: ReaderService,
    pub preferences: Preferences,
    pub weights: WeightsChoice,
    pub announcer: Announcer,
    pub deferred: Deferred,
}

impl ReaderService {
    /// Films go to `queue`, and each request to try again to `retry`.
    pub fn new(queue: UnboundedSender<Film>, retry: UnboundedSender<()>) -> Self {
        Self {
            phase: RwSignal::new(Phase::Loading {
                loaded: 0,
                total: None,
            }),
            decoder_settled: RwSignal::new(false),
            restarts: RwSignal::new(0),
            queue: StoredValue::new_local(queue),
            retry: StoredValue::new_local(retry),
            resources: StoredValue::new_local(None),
        }
    }

    /// Reads the films, in their order.
    pub fn read(self, films: Vec<Film>) {
        self.queue.with_value(|queue| {
            for film in films {
                // Fails only when the service has ended, which it does with the page.
                let _ = queue.unbounded_send(film);
            }
        });
    }

    /// Reads an answered film once more, for its pictures.
    pub fn read_again(self, film: &Film) {
        if film.file.is_some() {
            self.read(vec![film.clone()]);
        }
    }

    /// Loads everything again after the service gave up.
    pub fn try_again(self) {
        self.retry.with_value(|retry| {
            let _ = retry.unbounded_send(());
        });
    }

    /// What workers need, once it is loaded: for those who ask more of a film than its reading.
    pub fn resources(self) -> Option<Rc<WorkerResources>> {
        self.resources.get_value()
    }
}

/// The page's reader service.
pub fn use_reader() -> ReaderService {
    expect_context()
}
