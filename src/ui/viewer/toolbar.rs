//! The viewer's buttons, and the readout of zoom and window.

use super::state::{Chosen, Loading, Viewer};
use crate::page::commands::{Action, COMMANDS, Command};
use crate::radiograph::{Presentation, Window};
use leptos::prelude::*;

/// A button for each command that has one.
#[component]
pub fn Toolbar(
    /// The viewer that they act on.
    viewer: Viewer,
) -> impl IntoView {
    let buttons = COMMANDS.iter().filter_map(|command| {
        let icon = command.icon?;
        Some(button(viewer, command, icon))
    });
    view! {
        <div class="tools" role="group" aria-label="Viewing tools">{buttons.collect_view()}</div>
    }
}

fn button(viewer: Viewer, command: &'static Command, icon: &'static str) -> impl IntoView {
    let action = command.action;
    // Only for buttons that stay on or off.
    let pressed = move || {
        let pressed = match action {
            Action::Use(tool) => viewer.tool.get() == tool,
            Action::Invert => viewer.inverted.get(),
            Action::Magnify => viewer.magnifies.get(),
            Action::Automatic => viewer.chosen.get() == Chosen::Automatic,
            _ => return None,
        };
        Some(pressed.to_string())
    };
    view! {
        <button
            type="button"
            class="tool"
            title=format!("{} ({})", command.name, command.key_names)
            aria-label=command.name
            aria-pressed=pressed
            data-testid=command.testid
            on:click=move |_| {
                viewer.perform(action, 0);
                viewer.announce(action);
            }
        >
            <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false"><path d=icon></path></svg>
        </button>
    }
}

/// The zoom, fields for level and width, and a menu of windows.
#[component]
pub fn Readout(
    /// The viewer that they belong to.
    viewer: Viewer,
) -> impl IntoView {
    let zoom = move || {
        viewer
            .view
            .with(|view| format!("{:.0}\u{a0}%", view.scale() * 100.0))
    };
    let number = move |part: fn(&Window) -> f64| {
        let window = viewer.window();
        window
            .map(|window| rounded(part(&window)))
            .unwrap_or_default()
    };
    // A number field reports anything else as an empty string.
    let set = move |change: fn(Window, f64) -> Window, typed: String| {
        if let (Some(window), Ok(number)) = (untrack(|| viewer.window()), typed.parse()) {
            let Window { center, width, .. } = change(window, number);
            viewer.set_window(center, width);
        }
    };
    let field = move |label: &'static str,
                      testid: &'static str,
                      part: fn(&Window) -> f64,
                      change: fn(Window, f64) -> Window| {
        // The film may arrive while the visitor is typing.
        let typing = RwSignal::new(None::<String>);
        view! {
            <label>
                {label}
                <input
                    type="number"
                    step="any"
                    data-testid=testid
                    prop:value=move || typing.get().unwrap_or_else(|| number(part))
                    on:input=move |event| typing.set(Some(event_target_value(&event)))
                    on:blur=move |_| typing.set(None)
                    on:focus=move |_| viewer.load_full_depth()
                    on:change=move |event| {
                        set(change, event_target_value(&event));
                        typing.set(None);
                    }
                />
            </label>
        }
    };
    view! {
        <div class="readout">
            <span data-testid="zoom" title="Screen pixels per film pixel">{zoom}</span>
            {field("Level", "window-level", |window| window.center, |window, center| Window { center, ..window })}
            {field("Width", "window-width", |window| window.width, |window, width| Window { width, ..window })}
            <Presets viewer/>
            <span class="state" data-testid="depth">{move || told(viewer)}</span>
        </div>
    }
}

/// With as many decimals as matter.
fn rounded(value: f64) -> String {
    if value.abs() >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}

fn told(viewer: Viewer) -> String {
    match viewer.loading.get() {
        Loading::Idle => String::new(),
        Loading::Busy => "Loading the film at its full depth…".into(),
        Loading::Failed(sentence) => sentence,
        Loading::Done => {
            let range = |with: &Presentation| {
                let [first, last] = [0, with.largest].map(|sample| rounded(with.value(sample)));
                format!("Full depth, values {first} to {last}")
            };
            let layers = viewer.layers();
            layers.presentation.as_ref().map(range).unwrap_or_default()
        }
    }
}

/// The menu of windows: the file's own, and the automatic one.
#[component]
fn Presets(
    /// The viewer that they belong to.
    viewer: Viewer,
) -> impl IntoView {
    const AUTOMATIC: &str = "automatic";
    const OWN: &str = "own";
    let value = move || match viewer.chosen.get() {
        Chosen::Preset(place) => place.to_string(),
        Chosen::Automatic => AUTOMATIC.into(),
        Chosen::Own(_) => OWN.into(),
    };
    let choose = move |value: String| match value.parse() {
        Ok(place) => viewer.perform(Action::Preset, place),
        Err(_) if value == AUTOMATIC => viewer.perform(Action::Automatic, 0),
        Err(_) => {}
    };
    let names = move || viewer.layers().presentation.as_ref().map(preset_names);
    let option = move |name: String, of: String| {
        let of_this = of.clone();
        view! { <option value=of prop:selected=move || value() == of_this>{name}</option> }
    };
    let presets = move || {
        let names = names().unwrap_or_else(|| vec!["As in the file".to_owned()]);
        let places = names.into_iter().enumerate();
        places
            .map(|(place, name)| option(name, place.to_string()))
            .collect_view()
    };
    view! {
        <label>
            "Window"
            <select
                data-testid="window-preset"
                on:focus=move |_| viewer.load_full_depth()
                on:change=move |event| choose(event_target_value(&event))
            >
                {presets}
                {option("Automatic".into(), AUTOMATIC.into())}
                <option value=OWN disabled prop:selected=move || value() == OWN>"Custom"</option>
            </select>
        </label>
    }
}

fn preset_names(presentation: &Presentation) -> Vec<String> {
    let presets = presentation.presets.iter().enumerate();
    presets
        .map(|(place, preset)| match (&preset.name, place) {
            (Some(name), _) => name.clone(),
            (None, 0) => "As in the file".into(),
            (None, _) => format!("The file's window {}", place + 1),
        })
        .collect()
}
