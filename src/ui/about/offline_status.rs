//! Whether the page opens offline, and the offer of a newer version.

use super::offline::{Keeping, Offline};
use crate::ui::announcer::use_announcer;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The offline status for the visitor; empty unless the page is cached.
#[component]
pub fn OfflineStatus(
    /// Whether everything that the page loads has arrived or failed.
    #[prop(into)]
    loaded: Signal<bool>,
) -> impl IntoView {
    let offline = Offline::new();
    let keeping = offline.keeping;
    Effect::new(move |begun: Option<bool>| {
        let begun = begun.unwrap_or_default();
        if loaded.get() && !begun {
            spawn_local(offline.keep());
        }
        begun || loaded.get()
    });
    view! {
        <div class="offline" data-testid="offline" data-state=move || name(keeping.get())>
            <Show when=move || keeping.get() == Keeping::Kept>
                <p class="hint">"Saved in this browser: this page also opens offline."</p>
            </Show>
            <Show when=move || keeping.get() == Keeping::Newer>
                <NewerVersion offline/>
            </Show>
        </div>
    }
}

/// The offer of a newer version. The page stays as it is until the visitor accepts.
#[component]
fn NewerVersion(
    /// The page's service worker.
    offline: Offline,
) -> impl IntoView {
    use_announcer().say("A new version of this page is ready.");
    view! {
        <div class="status">
            <p>
                <strong>"A new version is ready."</strong>
                " Reload to use it; the films in the list are not kept."
            </p>
            <button type="button" data-testid="update" on:click=move |_| offline.take_newer()>
                "Reload with the new version"
            </button>
            <Show when=move || offline.other_tabs.get()>
                <p class="error" role="alert" data-testid="update-refused">
                    "This page is open in another tab, too. Close that one first, then try again."
                </p>
            </Show>
        </div>
    }
}

/// Name of the state for tests.
fn name(keeping: Keeping) -> &'static str {
    match keeping {
        Keeping::Begun => "begun",
        Keeping::Kept => "kept",
        Keeping::Newer => "newer",
        Keeping::Not => "not",
    }
}
