//! The state of one viewer, and the actions that change it.

use super::full_depth::HeldFilms;
use super::heat_map::state::{HeatMapRequest, HeatMapState};
use super::layers::Layers;
use super::shortcuts::ShortcutsShown;
use crate::page::commands::{Action, Tool};
use crate::page::viewport::{Pair, Viewport};
use crate::radiograph::{Function, Presentation, VoiTransform, Window};
use crate::ui::announcer::Announcer;
use crate::ui::films::Film;
use crate::ui::reader::ReaderService;
use crate::worker::answers::FilmReading;
use crate::worker::messages::Grey8;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// One step of zooming by button or key.
const ZOOM_STEP: f64 = 1.25;
/// One step of panning by key, as a share of the stage.
const MOVE_STEP: f64 = 0.1;
/// One step of the window by key, as a share of the automatic window's width.
const WINDOW_STEP: f64 = 0.05;

/// Which window the film is shown with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Chosen {
    /// One of the file's own windows; 0 is the one that the network sees.
    Preset(usize),
    Automatic,
    Own(Window),
}

/// Progress of loading the film's values.
#[derive(Clone, Debug, PartialEq)]
pub enum Loading {
    /// Not requested yet, or released except for a small copy.
    Idle,
    Busy,
    Done,
    /// Why they can't be loaded.
    Failed(String),
}

/// One viewer. All its components share the same one.
#[derive(Clone, Copy)]
pub struct Viewer {
    reader: ReaderService,
    announcer: Announcer,
    film: StoredValue<Film>,
    /// The film's picture, or its thumbnail until the picture is loaded.
    picture: Signal<Rc<Layers>, LocalStorage>,
    held: HeldFilms,
    shortcuts: ShortcutsShown,
    pub view: RwSignal<Viewport>,
    pub chosen: RwSignal<Chosen>,
    pub inverted: RwSignal<bool>,
    /// The film's values, once they are loaded.
    pub values: RwSignal<Option<Rc<Layers>>, LocalStorage>,
    pub loading: RwSignal<Loading>,
    pub tool: RwSignal<Tool>,
    pub magnifies: RwSignal<bool>,
    /// Where the magnifier is on the stage; in the middle if `None`.
    pub pointer: RwSignal<Option<Pair>>,
    pub heat_map: HeatMapState,
}

impl Viewer {
    pub fn new(
        reader: ReaderService,
        announcer: Announcer,
        film: Film,
        reading: &FilmReading,
    ) -> Self {
        let size = [reading.width.into(), reading.height.into()];
        let (pictures, thumbnail) = (film.pictures.clone(), reading.thumbnail.clone());
        let picture = Signal::derive_local(move || {
            Rc::new(match (pictures.get(), &thumbnail) {
                (Some(pictures), _) => Layers::picture(size, pictures.film.clone()),
                (None, Some(thumbnail)) => Layers::picture(size, Grey8::from(thumbnail)),
                (None, None) => Layers::NONE,
            })
        });
        Self {
            reader,
            announcer,
            film: StoredValue::new(film),
            picture,
            held: expect_context(),
            shortcuts: expect_context(),
            view: RwSignal::new(Viewport::of(size)),
            chosen: RwSignal::new(Chosen::Preset(0)),
            inverted: RwSignal::new(false),
            values: RwSignal::new_local(None),
            loading: RwSignal::new(Loading::Idle),
            tool: RwSignal::new(Tool::Window),
            magnifies: RwSignal::new(false),
            pointer: RwSignal::new(None),
            heat_map: HeatMapState::new(),
        }
    }

    pub fn name(&self) -> String {
        self.film.with_value(|film| film.name.clone())
    }

    /// Makes the heat map on first use, cancels it while it is being made, and afterwards shows or hides it.
    pub fn toggle_heat_map(self) {
        let pictures = self.film.with_value(|film| film.pictures.get_untracked());
        self.heat_map.toggle(HeatMapRequest {
            reader: self.reader,
            announcer: self.announcer,
            name: self.name(),
            input: pictures.map(|pictures| pictures.network_input.clone()),
        });
    }

    /// What the film is drawn from: its values, or its picture until they are loaded.
    pub fn layers(&self) -> Rc<Layers> {
        self.values.get().unwrap_or_else(|| self.picture.get())
    }

    /// The chosen VOI transform, for a film whose values are loaded.
    pub fn voi(&self, presentation: &Presentation) -> VoiTransform {
        match self.chosen.get() {
            Chosen::Preset(place) => match presentation.presets.get(place) {
                Some(preset) => preset.voi.clone(),
                None => VoiTransform::Window(presentation.automatic),
            },
            Chosen::Automatic => VoiTransform::Window(presentation.automatic),
            Chosen::Own(window) => VoiTransform::Window(window),
        }
    }

    /// The current window, or the automatic one if a lookup table is in use; `None` until the film's values are loaded.
    pub fn window(&self) -> Option<Window> {
        let layers = self.values.get()?;
        let presentation = layers.presentation.as_ref()?;
        match self.voi(presentation) {
            VoiTransform::Window(window) => Some(window),
            VoiTransform::Lookup(_) => Some(presentation.automatic),
        }
    }

    /// Loads all of the film's values, unless they are loaded or loading.
    pub fn load_full_depth(self) {
        if matches!(self.loading.get_untracked(), Loading::Busy | Loading::Done) {
            return;
        }
        let Some(file) = self.film.with_value(|film| film.file.clone()) else {
            let sentence = "Only the answer of this film was kept. Choose its file again.";
            return self.loading.set(Loading::Failed(sentence.into()));
        };
        self.loading.set(Loading::Busy);
        spawn_local(async move {
            let loaded = self.reader.full_depth(file).await;
            // Fails if the card is gone by now.
            let _ = match loaded {
                Ok(film) => {
                    let values = Some(Rc::new(Layers::full_depth(film)));
                    self.values.try_set(values);
                    self.held.keep(move || self.release());
                    self.loading.try_set(Loading::Done)
                }
                Err(sentence) => {
                    self.announcer.say(sentence.clone());
                    self.loading.try_set(Loading::Failed(sentence))
                }
            };
        });
    }

    /// Releases the large copies of the film's values.
    pub fn release(self) {
        self.values.try_update(|values| {
            *values = values.take().map(|layers| Rc::new(layers.small()));
        });
        self.loading.try_set(Loading::Idle);
    }

    /// Changes level and width by fractions of the automatic window's width.
    pub fn change_window(self, level: f64, width: f64) {
        if let (Some(with), Some(window)) = (self.presentation(), untrack(|| self.window())) {
            let unit = with.automatic.width;
            self.set_window(window.center + level * unit, window.width + width * unit);
        }
    }

    /// Sets a linear window.
    pub fn set_window(self, center: f64, width: f64) {
        // The smallest difference between two values.
        let least = self.presentation().map_or(1.0, |with| with.step());
        self.chosen.set(Chosen::Own(Window {
            center,
            width: width.max(least),
            function: Function::LinearExact,
        }));
    }

    /// Performs the action of a button or key; `place` is the key's place among those of the action.
    pub fn perform(self, action: Action, place: usize) {
        let change = |to: fn(Viewport) -> Viewport| self.view.update(|view| *view = to(*view));
        let zoom = |factor: f64| {
            self.view
                .update(|view| *view = view.zoom(factor, view.middle()));
        };
        match action {
            Action::Use(tool) => self.tool.set(tool),
            Action::ZoomIn => zoom(ZOOM_STEP),
            Action::ZoomOut => zoom(1.0 / ZOOM_STEP),
            Action::Fit => change(Viewport::fit),
            Action::ActualSize => change(Viewport::actual_size),
            Action::TurnRight => change(|view| view.turn(true)),
            Action::TurnLeft => change(|view| view.turn(false)),
            Action::FlipHorizontally => change(|view| view.flip(true)),
            Action::FlipVertically => change(|view| view.flip(false)),
            Action::Invert => self.inverted.update(|inverted| *inverted = !*inverted),
            Action::Automatic => self.chosen.set(Chosen::Automatic),
            Action::Preset => self.choose_preset(place),
            Action::Magnify => self.magnifies.update(|magnifies| *magnifies = !*magnifies),
            Action::Reset => self.reset(),
            Action::Move => self.step(place),
            Action::ChangeWindow => self.step_window(place),
            Action::HeatMap => self.toggle_heat_map(),
            Action::Shortcuts => self.shortcuts.set(true),
        }
        if !matches!(action, Action::HeatMap | Action::Shortcuts | Action::Use(_)) {
            self.load_full_depth();
        }
    }

    /// A place beyond the last preset has no effect.
    fn choose_preset(self, place: usize) {
        if place == 0
            || self
                .presentation()
                .is_some_and(|with| place < with.presets.len())
        {
            self.chosen.set(Chosen::Preset(place));
        }
    }

    fn presentation(&self) -> Option<Presentation> {
        let layers = self.values.get_untracked()?;
        layers.presentation.clone()
    }

    fn step(self, place: usize) {
        self.view.update(|view| {
            let [width, height] = view.stage().map(|side| side * MOVE_STEP);
            // The arrows move the view over the film, as when scrolling a page.
            let by = [[width, 0.0], [-width, 0.0], [0.0, height], [0.0, -height]];
            *view = view.moved(by.get(place).copied().unwrap_or_default());
        });
    }

    fn step_window(self, place: usize) {
        let by = [
            (0.0, -WINDOW_STEP),
            (0.0, WINDOW_STEP),
            (-WINDOW_STEP, 0.0),
            (WINDOW_STEP, 0.0),
        ];
        if let Some(&(level, width)) = by.get(place) {
            self.change_window(level, width);
        }
    }

    fn reset(self) {
        self.view
            .update(|view| *view = Viewport::of(view.film()).on(view.stage()));
        self.chosen.set(Chosen::Preset(0));
        self.inverted.set(false);
        self.magnifies.set(false);
    }
}

impl Viewer {
    /// Announces to screen readers what a key or button changed.
    pub fn announce(self, action: Action) {
        let view = self.view.get_untracked();
        let state = |on: bool| if on { "on" } else { "off" };
        let sentence = match action {
            Action::ZoomIn | Action::ZoomOut | Action::Fit | Action::ActualSize => {
                format!("Zoom {:.0}\u{a0}%.", view.scale() * 100.0)
            }
            Action::TurnRight => "Rotated right.".into(),
            Action::TurnLeft => "Rotated left.".into(),
            Action::FlipHorizontally => "Flipped horizontally.".into(),
            Action::FlipVertically => "Flipped vertically.".into(),
            Action::Invert => format!("Inverted: {}.", state(self.inverted.get_untracked())),
            Action::Magnify => format!("Magnifier {}.", state(self.magnifies.get_untracked())),
            Action::Automatic => "Automatic window.".into(),
            Action::Reset => "View reset.".into(),
            Action::Use(Tool::Window) => "Dragging changes window and level.".into(),
            Action::Use(Tool::Move) => "Dragging moves the film.".into(),
            Action::Use(Tool::Zoom) => "Dragging zooms.".into(),
            Action::Preset
            | Action::Move
            | Action::ChangeWindow
            | Action::HeatMap
            | Action::Shortcuts => return,
        };
        self.announcer.say(sentence);
    }
}
