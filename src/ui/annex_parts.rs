//! The parts of the annex.

use crate::ui::annex::Annex;
use crate::ui::decoder::Decoder;
use crate::ui::evaluation::labels;
use crate::ui::intake::take_entries;
use crate::ui::model_card::ModelCard;
use crate::ui::offline_status::OfflineStatus;
use crate::ui::operating_point::OperatingPointPanel;
use crate::ui::own_weights::OwnWeights;
use crate::ui::tools::Tools;
use crate::ui::viewer::{FilmViewer, Shortcuts};
use crate::ui::worklist::Worklist;
use futures::FutureExt;
use leptos::prelude::*;

/// The annex. Whatever calls this has the code of all its parts in its program.
pub fn annex() -> Annex {
    Annex {
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
        take_entries: |room, entries| take_entries(room, entries).boxed_local(),
        take_labels: |room, table| labels::take(room, table).boxed_local(),
        decoder: |program| Box::new(Decoder::new(program)),
        load_decoder: |program| async move { program.load().await.map(drop) }.boxed_local(),
    }
}
