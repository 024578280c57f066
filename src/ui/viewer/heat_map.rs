//! Where on the film the answer comes from, drawn over it: a worker of its own covers one part after the other, and
//! between two rows of them the work can be given up.

use crate::input::SIZE;
use crate::reading::heat_map::{CELLS, COVER, HeatMap, PLACES, STEP, colour};
use crate::ui::room::Room;
use crate::ui::viewer::painter::Painter;
use crate::ui::viewer::state::Viewer;
use crate::ui::worker_loop::start;
use crate::worker::messages::{FilmReading, FromWorker, ToWorker};
use js_sys::Array;
use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// How much of a map is seen at first.
const OPACITY: f64 = 0.6;
/// Effects below this share of the largest fade away, so that the film is seen where nothing speaks.
const FADES: f32 = 0.25;

/// How far the map is.
#[derive(Clone)]
enum Progress {
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
    progress: RwSignal<Progress>,
    /// 0 to 1.
    opacity: RwSignal<f64>,
    shown: RwSignal<bool>,
    /// Tells the work that goes on from work that was given up.
    work: StoredValue<u32>,
}

impl HeatMapState {
    pub fn new() -> Self {
        Self {
            progress: RwSignal::new(Progress::None),
            opacity: RwSignal::new(OPACITY),
            shown: RwSignal::new(false),
            work: StoredValue::new(0),
        }
    }

    /// Shows the map, which is made when it is first asked for, or hides it.
    pub fn toggle(self, viewer: Viewer) {
        match self.progress.get_untracked() {
            Progress::Working(_) => self.cancel(),
            Progress::Done(_) => self.shown.update(|shown| *shown = !*shown),
            Progress::None | Progress::Failed(_) => self.begin(viewer),
        }
    }

    fn cancel(self) {
        self.work.update_value(|work| *work += 1);
        self.progress.set(Progress::None);
    }

    fn begin(self, viewer: Viewer) {
        self.work.update_value(|work| *work += 1);
        let work = self.work.get_value();
        self.progress.set(Progress::Working(0));
        self.shown.set(true);
        // Nothing left of it when the card is gone.
        let goes_on = move || self.work.try_get_value() == Some(work);
        spawn_local(async move {
            let (room, reading) = (viewer.room(), viewer.reading());
            let step = |rows| {
                if goes_on() {
                    self.progress.set(Progress::Working(rows));
                }
                goes_on()
            };
            let falls = falls(room, &reading, step).await;
            if !goes_on() {
                return;
            }
            match falls {
                Ok(falls) => {
                    let map = HeatMap::from_falls(&falls);
                    room.announce(format!("Heat map of {}: {}", viewer.name(), in_words(&map)));
                    self.progress.set(Progress::Done(Arc::new(map)));
                }
                Err(sentence) => {
                    room.announce(sentence.clone());
                    self.progress.set(Progress::Failed(sentence));
                }
            }
        });
    }
}

/// The falls of all covers, for as long as `step`, which gets the number of rows that are done, says to go on.
async fn falls(
    room: Room,
    reading: &FilmReading,
    step: impl Fn(usize) -> bool,
) -> Result<Vec<f32>, String> {
    const STOPPED: &str = "The reader stopped while it made the heat map. Try again.";
    let equipment = room.equipment().ok_or("The reader is not ready.")?;
    let started = start(&equipment).await.map_err(|_| STOPPED)?;
    let (mut link, _) = started.map_err(|refused| refused.join(" "))?;
    let mut falls = Vec::new();
    for row in 0..PLACES {
        if !step(row) {
            break;
        }
        let question = ToWorker::Cover {
            input: reading.network_input.clone(),
            row: row as u32,
        };
        match link.ask(&question, &Array::new()).await {
            Ok(FromWorker::Covered(row)) => falls.extend(row),
            _ => return Err(STOPPED.into()),
        }
    }
    Ok(falls)
}

/// The map over the film, of its size and under every turn and zoom of it.
#[component]
pub fn HeatMapCanvas(
    /// The viewer.
    viewer: Viewer,
) -> impl IntoView {
    let state = viewer.heat_map;
    let canvas = NodeRef::<Canvas>::new();
    let map = move || match state.progress.get() {
        Progress::Done(map) if state.shown.get() => Some(map),
        _ => None,
    };
    Effect::new(move || {
        if let (Some(canvas), Some(map)) = (canvas.get(), map())
            && let Err(error) = draw(&canvas, viewer, &map)
        {
            leptos::logging::error!("the heat map cannot be drawn: {error:?}");
        }
    });
    view! {
        <Show when=move || map().is_some()>
            <canvas
                node_ref=canvas
                role="img"
                aria-label=move || map().map(|map| format!("Heat map: {}", in_words(&map)))
                data-testid="heat-map"
                style=("opacity", move || state.opacity.get().to_string())
            ></canvas>
        </Show>
    }
}

fn draw(
    canvas: &web_sys::HtmlCanvasElement,
    viewer: Viewer,
    map: &HeatMap,
) -> Result<(), wasm_bindgen::JsValue> {
    let view = viewer.view.get();
    let effects = map.cells().iter().map(|fall| fall / map.largest());
    let colours = effects.map(|effect| {
        let [red, green, blue] = colour(effect);
        let alpha = (effect.abs() / FADES).min(1.0) * 255.0;
        [red, green, blue, alpha as u8]
    });
    Painter::new()?.over_film(canvas, &view, CELLS, colours)
}

/// What asks for the map, shows how far it is, and explains it.
#[component]
pub fn HeatMapPanel(
    /// The viewer.
    viewer: Viewer,
) -> impl IntoView {
    let state = viewer.heat_map;
    let label = move || match state.progress.get() {
        Progress::Working(_) => "Cancel the heat map",
        Progress::Done(_) if state.shown.get() => "Hide where the answer comes from",
        _ => "Show where the answer comes from",
    };
    let more = move || match state.progress.get() {
        Progress::None => None,
        Progress::Working(rows) => Some(progress(rows).into_any()),
        Progress::Failed(sentence) => {
            Some(view! { <p class="error" data-testid="heat-map-error">{sentence}</p> }.into_any())
        }
        Progress::Done(map) => state.shown.get().then(|| legend(state, &map).into_any()),
    };
    view! {
        <div class="heat-map-panel">
            <button
                type="button"
                data-testid="heat-map-toggle"
                on:click=move |_| state.toggle(viewer)
            >
                {label}
            </button>
            {more}
        </div>
    }
}

fn progress(rows: usize) -> impl IntoView {
    view! {
        <label class="hint">
            "Covering one part of the film after the other…"
            <progress max=PLACES.to_string() value=rows.to_string() data-testid="heat-map-progress"></progress>
        </label>
    }
}

/// The colours in words and numbers, and how much of them is seen.
fn legend(state: HeatMapState, map: &HeatMap) -> impl IntoView + use<> {
    const SHADES: i32 = 12;
    let shades = (-SHADES..=SHADES).map(|shade| {
        let [red, green, blue] = colour(shade as f32 / SHADES as f32);
        let fill = format!("#{red:02x}{green:02x}{blue:02x}");
        view! { <rect x=(shade + SHADES).to_string() width="1.05" height="1" fill=fill></rect> }
    });
    let width = 2 * SHADES + 1;
    let largest = map.largest();
    view! {
        <figure class="legend" data-testid="heat-map-legend">
            <svg viewBox=format!("0 0 {width} 1") preserveAspectRatio="none" aria-hidden="true" focusable="false">
                {shades.collect_view()}
            </svg>
            <p class="ends">
                <span>{format!("◀ −{largest:.2}: speaks against pneumonia")}</span>
                <span>{format!("speaks for pneumonia: +{largest:.2} ▶")}</span>
            </p>
            <figcaption class="hint">
                {format!(
                    "{} The numbers are how much the network's output (logit) falls when that part, {COVER} of the \
                     {SIZE} pixels of what the network saw wide and high, is covered with an even grey; parts are {STEP} \
                     pixels apart. It shows what the network used, not where disease is.",
                    in_words(map)
                )}
            </figcaption>
            <label class="hint">
                "Opacity"
                <input
                    type="range"
                    min="0"
                    max="1"
                    step="0.05"
                    data-testid="heat-map-opacity"
                    prop:value=move || state.opacity.get().to_string()
                    on:input=move |event| {
                        if let Ok(opacity) = event_target_value(&event).parse() {
                            state.opacity.set(opacity);
                        }
                    }
                />
            </label>
        </figure>
    }
}

/// What the map says, as a sentence.
fn in_words(map: &HeatMap) -> String {
    let [most, least] = map.extremes();
    let told = |(row, column, fall): (usize, usize, f32)| {
        let sign = if fall < 0.0 { '−' } else { '+' };
        format!("the {} ({sign}{:.2})", part(row, column), fall.abs())
    };
    match (most.2 > 0.0, least.2 < 0.0) {
        (true, true) => format!(
            "Most for pneumonia speaks {}, most against it {}.",
            told(most),
            told(least)
        ),
        (true, false) => format!(
            "Most for pneumonia speaks {}; nothing speaks against it.",
            told(most)
        ),
        (false, true) => format!(
            "Most against pneumonia speaks {}; nothing speaks for it.",
            told(least)
        ),
        (false, false) => "No part speaks for or against pneumonia.".into(),
    }
}

/// Where a cell is on the film as the file has it.
fn part(row: usize, column: usize) -> String {
    let third = |at: usize, names: [&'static str; 3]| names[(at * 3 / CELLS).min(2)];
    match (
        third(row, ["upper", "middle", "lower"]),
        third(column, ["left", "middle", "right"]),
    ) {
        ("middle", "middle") => "middle of the picture".into(),
        (row, "middle") => format!("{row} middle of the picture"),
        ("middle", column) => format!("{column} middle of the picture"),
        (row, column) => format!("{row} {column} of the picture"),
    }
}
