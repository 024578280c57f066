//! The heat map: where on the film the answer comes from, drawn over it.

pub mod state;

use crate::input::SIZE;
use crate::page::heat_map::in_words;
use crate::reading::heat_map::{CELLS, COVER, HeatMap, PLACES, STEP, colour};
use crate::ui::viewer::painter::Painter;
use crate::ui::viewer::state::Viewer;
use leptos::html::Canvas;
use leptos::prelude::*;
use state::{HeatMapProgress, HeatMapState};

/// Effects below this share of the largest fade out, so that the film stays visible where there is no evidence.
const FADES: f32 = 0.25;

/// The map over the film, sized, rotated and zoomed like the film.
#[component]
pub fn HeatMapCanvas(
    /// The viewer.
    viewer: Viewer,
) -> impl IntoView {
    let state = viewer.heat_map;
    let canvas = NodeRef::<Canvas>::new();
    let map = move || match state.progress.get() {
        HeatMapProgress::Done(map) if state.shown.get() => Some(map),
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

/// The button that starts the map, its progress, and its legend.
#[component]
pub fn HeatMapPanel(
    /// The viewer.
    viewer: Viewer,
) -> impl IntoView {
    let state = viewer.heat_map;
    let label = move || match state.progress.get() {
        HeatMapProgress::Working(_) => "Cancel the heat map",
        HeatMapProgress::Done(_) if state.shown.get() => "Hide where the answer comes from",
        _ => "Show where the answer comes from",
    };
    let more = move || match state.progress.get() {
        HeatMapProgress::None => None,
        HeatMapProgress::Working(rows) => Some(progress(rows).into_any()),
        HeatMapProgress::Failed(sentence) => {
            Some(view! { <p class="error" data-testid="heat-map-error">{sentence}</p> }.into_any())
        }
        HeatMapProgress::Done(map) => state.shown.get().then(|| legend(state, &map).into_any()),
    };
    view! {
        <div class="heat-map-panel">
            <button
                type="button"
                data-testid="heat-map-toggle"
                on:click=move |_| viewer.toggle_heat_map()
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

/// Explains the colours, and sets their opacity.
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
                <span>{format!("◀ −{largest:.2}: evidence against pneumonia")}</span>
                <span>{format!("evidence for pneumonia: +{largest:.2} ▶")}</span>
            </p>
            <figcaption class="hint">
                {format!(
                    "{} The numbers are how much the network's output (logit) falls when that part, a square of {COVER} of \
                     the {SIZE} input pixels on each side, is covered with a uniform grey; the squares are {STEP} pixels \
                     apart. The map shows what the network used, not where disease is.",
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
