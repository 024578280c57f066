//! What a first answer does not need: the viewer, the worklist, the tools, rare formats. All of it is split off the
//! page's program (src/bin/app.rs) and comes when the reader is there, so that nobody waits for it. Here is only the way
//! to it; `annex_parts` is what is there.

use crate::ui::decoder::{Decode, DecoderProgram};
use crate::ui::room::{Film, Room, use_room};
use crate::worker::messages::FilmReading;
use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use std::sync::Arc;
use web_sys::{Blob, FileSystemEntry};

/// The parts of the annex.
#[derive(Clone, Copy)]
pub struct Annex {
    /// Whether the page is kept: told that all that the page loads has come, or failed to.
    pub offline: fn(Signal<bool>) -> AnyView,
    /// What the visitor sets for all films.
    pub settings: fn() -> AnyView,
    /// A film with all that one does to look at it.
    pub viewer: fn(Film, Arc<FilmReading>) -> AnyView,
    /// The list of many films; what to do when the one that it shows was removed.
    pub worklist: fn(fn()) -> AnyView,
    pub tools: fn() -> AnyView,
    pub model_card: fn() -> AnyView,
    /// The dialog with the keys.
    pub shortcuts: fn() -> AnyView,
    /// Takes what was dropped with folders in it.
    pub take_entries: fn(Room, Vec<FileSystemEntry>) -> LocalBoxFuture<'static, ()>,
    /// Takes a table of labels.
    pub take_labels: fn(Room, Blob) -> LocalBoxFuture<'static, ()>,
    /// What decodes films of rare formats, for one worker.
    pub decoder: fn(Rc<DecoderProgram>) -> Box<dyn Decode>,
    /// Loads that one's program.
    pub load_decoder: fn(Rc<DecoderProgram>) -> LocalBoxFuture<'static, Result<(), String>>,
}

/// Loads the annex, if it is not here; `None` when it does not come.
pub type LoadAnnex = fn() -> LocalBoxFuture<'static, Option<Annex>>;

/// How far the annex is.
#[derive(Clone, Copy)]
enum Arrival {
    /// Nobody asked for it yet, or it is on its way.
    Awaited,
    Here(Annex),
    Failed,
}

type Loading = Shared<LocalBoxFuture<'static, Option<Annex>>>;

/// The way to the annex.
#[derive(Clone, Copy)]
pub struct AnnexDoor {
    arrival: RwSignal<Arrival>,
    load: LoadAnnex,
    last: StoredValue<Option<Loading>, LocalStorage>,
}

impl AnnexDoor {
    /// What a visitor is told who needs what did not come.
    pub const MISSING: &str = "A part of this page that this needs could not be loaded. Check the connection, and try again.";

    pub fn new(load: LoadAnnex) -> Self {
        Self {
            arrival: RwSignal::new(Arrival::Awaited),
            load,
            last: StoredValue::new_local(None),
        }
    }

    /// The annex, once it is here; `None` when it does not come. It is asked for anew if it did not come before.
    pub async fn enter(self) -> Option<Annex> {
        let loading = self.loading();
        loading.await
    }

    /// Asks for the annex.
    pub fn open(self) {
        spawn_local(self.loading().map(drop));
    }

    /// One download for all who wait for it.
    fn loading(self) -> Loading {
        if let Some(loading) = self.last.get_value()
            && !matches!(loading.peek(), Some(None))
        {
            return loading;
        }
        self.arrival.set(Arrival::Awaited);
        let coming = async move {
            let annex = (self.load)().await;
            self.arrival
                .set(annex.map_or(Arrival::Failed, Arrival::Here));
            annex
        };
        let loading = coming.boxed_local().shared();
        self.last.set_value(Some(loading.clone()));
        loading
    }

    /// Whether it has come, or failed to.
    pub fn is_settled(self) -> bool {
        !matches!(self.arrival.get(), Arrival::Awaited)
    }

    /// Whether it failed to come.
    pub fn is_missing(self) -> bool {
        matches!(self.arrival.get(), Arrival::Failed)
    }
}

/// A part of the annex, and what stands in its place until it is here.
#[component]
pub fn FromAnnex<Part>(
    /// Makes the part.
    part: Part,
    /// Stands in its place.
    #[prop(optional, into)]
    fallback: ViewFn,
) -> impl IntoView
where
    Part: Fn(Annex) -> AnyView + Send + 'static,
{
    let door = use_room().annex;
    move || match door.arrival.get() {
        Arrival::Here(annex) => part(annex),
        Arrival::Awaited | Arrival::Failed => fallback.run(),
    }
}
