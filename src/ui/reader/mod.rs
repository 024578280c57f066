//! The service that reads films for as long as the page is open: it loads what workers need, hands out films to them,
//! restarts them when they die, and starts over when the visitor retries or brings other weights.
//!
//! ```text
//! load          loads what workers need, then runs the pool
//! pool          hands out tasks, each to the next free worker
//! worker_loop   one worker of the pool, restarted when it dies
//! pool_worker   how that worker performs a task
//! task          work for a worker, and what becomes of it
//! sentences     answers as sentences for screen readers
//! status        shows the state of the service
//! ```

mod load;
mod pool;
mod pool_worker;
mod sentences;
mod status;
mod task;
mod worker_loop;

pub use load::keep_reading;
pub use pool::Queue;
pub use status::ReaderStatus;
pub use task::Task;

use crate::ui::announcer::Announcer;
use crate::ui::deferred::Deferred;
use crate::ui::films::{Film, FilmStore};
use crate::ui::preferences::{Preferences, WeightsChoice};
use crate::ui::workers::Died;
use crate::worker::messages::FullDepth;
use futures::channel::{mpsc, oneshot};
use js_sys::Float32Array;
use leptos::prelude::*;
use web_sys::Blob;

/// State of the service.
#[derive(Clone, PartialEq)]
pub enum Phase {
    /// Bytes so far, and in total if the server says so.
    Loading {
        loaded: u64,
        total: Option<u64>,
    },
    /// Everything is loaded; the worker is starting.
    Starting,
    Ready,
    /// Nothing can be read until the visitor tries again; says why.
    Failed(String),
}

/// The page's handle to the service.
#[derive(Clone, Copy)]
pub struct ReaderService {
    pub phase: RwSignal<Phase>,
    /// Whether the program for all formats, which is loaded after the reader, has arrived or failed.
    pub all_formats_settled: RwSignal<bool>,
    /// How often a worker stopped and was restarted.
    pub restarts: RwSignal<u32>,
    queue: StoredValue<mpsc::UnboundedSender<Task>, LocalStorage>,
    retry: StoredValue<mpsc::UnboundedSender<()>, LocalStorage>,
}

/// The parts of the page that the service works with.
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
    /// Tasks go to `queue`, and requests to try again to `retry`.
    pub fn new(queue: mpsc::UnboundedSender<Task>, retry: mpsc::UnboundedSender<()>) -> Self {
        Self {
            phase: RwSignal::new(Phase::Loading {
                loaded: 0,
                total: None,
            }),
            all_formats_settled: RwSignal::new(false),
            restarts: RwSignal::new(0),
            queue: StoredValue::new_local(queue),
            retry: StoredValue::new_local(retry),
        }
    }

    /// Reads the films, in order.
    pub fn read(self, films: Vec<Film>) {
        films
            .into_iter()
            .for_each(|film| self.ask(Task::Read(film)));
    }

    /// Gets the pictures of a film that was already read, if its file is available.
    pub fn show(self, film: &Film) {
        if film.file.is_some() {
            self.ask(Task::Show(film.clone()));
        }
    }

    /// The film in an already read file, at full depth.
    ///
    /// # Errors
    /// A sentence for the visitor.
    pub async fn full_depth(self, file: Blob) -> Result<FullDepth, String> {
        let (answer, film) = oneshot::channel();
        self.ask(Task::FullDepth(file, answer));
        // If there is none, the worker died.
        let film = film.await.map_err(|_| Died::ON_A_FILM)??;
        serde_wasm_bindgen::from_value(film).map_err(|_| Died::ON_A_FILM.into())
    }

    /// How much the logit falls under each cover of the network's input, row by row. Ends early when the worker dies;
    /// dropping the receiver cancels the work.
    pub fn heat_map(self, input: Float32Array) -> mpsc::UnboundedReceiver<Vec<f32>> {
        let (answer, rows) = mpsc::unbounded();
        self.ask(Task::HeatMap(input, answer));
        rows
    }

    fn ask(self, task: Task) {
        self.queue.with_value(|queue| {
            // Fails only when the service has ended, which happens only with the page.
            let _ = queue.unbounded_send(task);
        });
    }

    /// Loads everything again after the service has failed.
    pub fn try_again(self) {
        self.retry.with_value(|retry| {
            let _ = retry.unbounded_send(());
        });
    }
}

/// The page's reader service.
pub fn use_reader() -> ReaderService {
    expect_context()
}
