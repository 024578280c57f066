//! The deferred parts themselves.

use super::DeferredParts;
use crate::ui::about::{ModelCard, OfflineStatus, OwnWeights};
use crate::ui::intake::opened;
use crate::ui::preferences::OperatingPointPanel;
use crate::ui::viewer::{FilmViewer, Shortcuts};
use crate::ui::worklist::{Tools, Worklist, take_labels};
use futures::FutureExt;
use leptos::prelude::*;

/// The parts. A program that calls this contains the code of all of them.
pub fn parts() -> DeferredParts {
    DeferredParts {
        offline: |loaded| view! { <OfflineStatus loaded/> }.into_any(),
        settings: || {
            view! {
                <OperatingPointPanel/>
                <OwnWeights/>
            }
            .into_any()
        },
        viewer: |film, reading| view! { <FilmViewer film reading/> }.into_any(),
        worklist: |removed| view! { <Worklist removed/> }.into_any(),
        tools: || view! { <Tools/> }.into_any(),
        model_card: || view! { <ModelCard/> }.into_any(),
        shortcuts: || view! { <Shortcuts/> }.into_any(),
        open_entries: |entries| opened(entries).boxed_local(),
        take_labels: |films, table| take_labels(films, table).boxed_local(),
    }
}
