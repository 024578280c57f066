//! Sentences for screen readers.

use leptos::prelude::*;

/// Older ones were read out long ago.
const MAX_KEPT: usize = 50;

#[derive(Clone)]
struct Announcement {
    id: u32,
    sentence: String,
}

/// What a screen reader should say, oldest first. A list, since several films may finish at the same moment.
#[derive(Clone, Copy)]
pub struct Announcer {
    announcements: RwSignal<Vec<Announcement>>,
    next_id: StoredValue<u32>,
}

impl Announcer {
    pub fn new() -> Self {
        Self {
            announcements: RwSignal::new(Vec::new()),
            next_id: StoredValue::new(0),
        }
    }

    /// Queues a sentence for the screen reader, after those already waiting.
    pub fn say(self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        self.announcements.update(|list| {
            list.push(Announcement { id, sentence });
            let old = list.len().saturating_sub(MAX_KEPT);
            list.drain(..old);
        });
    }

    /// Drops everything that was not read out yet.
    pub fn clear(self) {
        self.announcements.update(Vec::clear);
    }
}

/// The page's announcer.
pub fn use_announcer() -> Announcer {
    expect_context()
}

/// The live region that screen readers read out.
#[component]
pub fn Announcements() -> impl IntoView {
    let announcements = use_announcer().announcements;
    view! {
        <div class="visually-hidden" role="log" aria-live="polite" data-testid="announcement">
            <For each=move || announcements.get() key=|announcement| announcement.id let(announcement)>
                <p>{announcement.sentence}</p>
            </For>
        </div>
    }
}
