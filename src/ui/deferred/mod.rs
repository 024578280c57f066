//! Code that a first answer does not need: the viewer, the worklist, the tools. It is split off the page's program
//! (src/bin/app.rs) and loaded once the reader is ready, so that nobody waits for it. This module only loads it;
//! `parts` is the code itself.

mod parts;

pub use parts::parts;

use crate::ui::films::{Film, FilmStore, Picked};
use crate::worker::answers::FilmReading;
use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use web_sys::{Blob, FileSystemEntry};

/// The parts that are loaded later.
#[derive(Clone, Copy)]
pub struct DeferredParts {
    /// The offline status; the signal says whether everything that the page loads has arrived or failed.
    pub offline: fn(Signal<bool>) -> AnyView,
    /// The settings that apply to all films.
    pub settings: fn() -> AnyView,
    /// A film with the tools for viewing it.
    pub viewer: fn(Film, Arc<FilmReading>) -> AnyView,
    /// The list of many films; its argument is called after the film that it shows was removed.
    pub worklist: fn(fn()) -> AnyView,
    pub tools: fn() -> AnyView,
    pub model_card: fn() -> AnyView,
    /// The dialog that lists the keys.
    pub shortcuts: fn() -> AnyView,
    /// All files in the dropped entries.
    pub open_entries: fn(Vec<FileSystemEntry>) -> LocalBoxFuture<'static, OpenedFiles>,
    /// Labels the films that a table names; returns a report for the visitor.
    pub take_labels: fn(FilmStore, Blob) -> LocalBoxFuture<'static, String>,
}

/// The files in folders.
#[derive(Default)]
pub struct OpenedFiles {
    pub files: Vec<Picked>,
    /// How many could not be opened.
    pub failed: usize,
}

/// Loads the parts, unless they are loaded; `None` if that fails.
pub type LoadParts = fn() -> LocalBoxFuture<'static, Option<DeferredParts>>;

/// Loading state of the parts.
#[derive(Clone, Copy)]
enum Status {
    /// Not requested yet, or still loading.
    Pending,
    Loaded(DeferredParts),
    Failed,
}

type Loading = Shared<LocalBoxFuture<'static, Option<DeferredParts>>>;

/// Loads the parts, and gives access to them.
#[derive(Clone, Copy)]
pub struct Deferred {
    status: RwSignal<Status>,
    load: LoadParts,
    last: StoredValue<Option<Loading>, LocalStorage>,
}

impl Deferred {
    /// Message for a visitor who needs a part that could not be loaded.
    pub const MISSING: &str =
        "A part of this page could not be loaded. Check the connection and try again.";

    pub fn new(load: LoadParts) -> Self {
        Self {
            status: RwSignal::new(Status::Pending),
            load,
            last: StoredValue::new_local(None),
        }
    }

    /// The parts, once they are loaded; `None` if that fails. Tries again if an earlier attempt failed.
    pub async fn load(self) -> Option<DeferredParts> {
        let loading = self.loading();
        loading.await
    }

    /// Starts loading the parts.
    pub fn start_loading(self) {
        spawn_local(self.loading().map(drop));
    }

    /// One download, shared by everyone who waits for it.
    fn loading(self) -> Loading {
        if let Some(loading) = self.last.get_value()
            && !matches!(loading.peek(), Some(None))
        {
            return loading;
        }
        self.status.set(Status::Pending);
        let coming = async move {
            let parts = (self.load)().await;
            self.status
                .set(parts.map_or(Status::Failed, Status::Loaded));
            parts
        };
        let loading = coming.boxed_local().shared();
        self.last.set_value(Some(loading.clone()));
        loading
    }

    /// Whether the parts have arrived or failed.
    pub fn is_settled(self) -> bool {
        !matches!(self.status.get(), Status::Pending)
    }

    /// Whether the parts could not be loaded.
    pub fn is_missing(self) -> bool {
        matches!(self.status.get(), Status::Failed)
    }
}

/// A deferred part, or a placeholder until it is loaded.
#[component]
pub fn FromDeferred<Part>(
    /// Makes the part.
    part: Part,
    /// The placeholder.
    #[prop(optional, into)]
    fallback: ViewFn,
) -> impl IntoView
where
    Part: Fn(DeferredParts) -> AnyView + Send + 'static,
{
    let deferred = use_deferred();
    move || match deferred.status.get() {
        Status::Loaded(parts) => part(parts),
        Status::Pending | Status::Failed => fallback.run(),
    }
}

/// The page's access to the deferred parts.
pub fn use_deferred() -> Deferred {
    expect_context()
}
