//! What a first answer does not need: the viewer, the worklist, the tools. All of it is split off the
//! page's program (src/bin/app.rs) and comes when the reader is there, so that nobody waits for it. Here is only the
//! way to it; `parts` is what is there.

mod parts;

pub use parts::parts;

use crate::ui::films::{Film, FilmStore, Picked};
use crate::worker::answers::FilmReading;
use crate::worker::messages::Pictures;
use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use web_sys::{Blob, FileSystemEntry};

/// The parts that come later.
#[derive(Clone, Copy)]
pub struct DeferredParts {
    /// Whether the page is kept: told that all that the page loads has come, or failed to.
    pub offline: fn(Signal<bool>) -> AnyView,
    /// What the visitor sets for all films.
    pub settings: fn() -> AnyView,
    /// A film with all that one does to look at it.
    pub viewer: fn(Film, Arc<FilmReading>, Arc<Pictures>) -> AnyView,
    /// The list of many films; what to do when the one that it shows was removed.
    pub worklist: fn(fn()) -> AnyView,
    pub tools: fn() -> AnyView,
    pub model_card: fn() -> AnyView,
    /// The dialog with the keys.
    pub shortcuts: fn() -> AnyView,
    /// All files in what was dropped.
    pub open_entries: fn(Vec<FileSystemEntry>) -> LocalBoxFuture<'static, OpenedFiles>,
    /// Gives the films that a table names their labels; says what came of it.
    pub take_labels: fn(FilmStore, Blob) -> LocalBoxFuture<'static, String>,
}

/// The files of folders.
#[derive(Default)]
pub struct OpenedFiles {
    pub files: Vec<Picked>,
    /// How many could not be opened.
    pub failed: usize,
}

/// Loads the parts, if they are not here; `None` when they do not come.
pub type LoadParts = fn() -> LocalBoxFuture<'static, Option<DeferredParts>>;

/// How far the parts are.
#[derive(Clone, Copy)]
enum Status {
    /// Nobody asked for them yet, or they are on their way.
    Pending,
    Loaded(DeferredParts),
    Failed,
}

type Loading = Shared<LocalBoxFuture<'static, Option<DeferredParts>>>;

/// The way to the parts.
#[derive(Clone, Copy)]
pub struct Deferred {
    status: RwSignal<Status>,
    load: LoadParts,
    last: StoredValue<Option<Loading>, LocalStorage>,
}

impl Deferred {
    /// What a visitor is told who needs what did not come.
    pub const MISSING: &str =
        "A part of this page could not be loaded. Check the connection and try again.";

    pub fn new(load: LoadParts) -> Self {
        Self {
            status: RwSignal::new(Status::Pending),
            load,
            last: StoredValue::new_local(None),
        }
    }

    /// The parts, once they are here; `None` when they do not come. They are asked for anew if they did not come
    /// before.
    pub async fn load(self) -> Option<DeferredParts> {
        let loading = self.loading();
        loading.await
    }

    /// Asks for the parts.
    pub fn start_loading(self) {
        spawn_local(self.loading().map(drop));
    }

    /// One download for all who wait for it.
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

    /// Whether they have come, or failed to.
    pub fn is_settled(self) -> bool {
        !matches!(self.status.get(), Status::Pending)
    }

    /// Whether they failed to come.
    pub fn is_missing(self) -> bool {
        matches!(self.status.get(), Status::Failed)
    }
}

/// A deferred part, and what stands in its place until it is here.
#[component]
pub fn FromDeferred<Part>(
    /// Makes the part.
    part: Part,
    /// Stands in its place.
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

/// The page's way to the deferred parts.
pub fn use_deferred() -> Deferred {
    expect_context()
}
