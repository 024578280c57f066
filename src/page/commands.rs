//! The viewer's commands, in one list for the toolbar, the keyboard and the list of shortcuts.
//!
//! The keys are OHIF's defaults where it has one for the purpose (Z, +, -, =, R, L, H, V, I, space, digits). So are the
//! mouse buttons, which dwv shares: left for windowing, middle to pan, right to zoom.

/// What dragging does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Window,
    Move,
    Zoom,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Use(Tool),
    ZoomIn,
    ZoomOut,
    Fit,
    ActualSize,
    TurnRight,
    TurnLeft,
    FlipHorizontally,
    FlipVertically,
    Invert,
    Automatic,
    /// One of the file's own windows, by the index of the key among the command's keys.
    Preset,
    Magnify,
    Reset,
    /// Left, right, up or down, by the index of the key.
    Move,
    /// Narrower, wider, lower or higher, by the index of the key.
    ChangeWindow,
    HeatMap,
    Shortcuts,
}

pub struct Command {
    pub action: Action,
    pub name: &'static str,
    /// As browsers name keys, with lower-case letters.
    pub keys: &'static [&'static str],
    /// The keys as displayed.
    pub key_names: &'static str,
    /// SVG path on a 24 × 24 grid for the toolbar button, if there is one.
    pub icon: Option<&'static str>,
    /// How tests find the button.
    pub testid: &'static str,
}

const fn button(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    key_names: &'static str,
    testid: &'static str,
    icon: &'static str,
) -> Command {
    Command {
        action,
        name,
        keys,
        key_names,
        icon: Some(icon),
        testid,
    }
}

const fn key(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    key_names: &'static str,
) -> Command {
    Command {
        action,
        name,
        keys,
        key_names,
        icon: None,
        testid: "",
    }
}

#[rustfmt::skip]
pub static COMMANDS: [Command; 20] = [
    button(Action::Use(Tool::Window), "Drag to adjust window and level", &["w"], "W", "tool-window", "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 3v18M12 8h8M12 12h9M12 16h8"),
    button(Action::Use(Tool::Move), "Drag to pan", &["p"], "P", "tool-move", "M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3"),
    button(Action::Use(Tool::Zoom), "Drag to zoom", &["z"], "Z", "tool-zoom", "M10 4a6 6 0 1 0 0 12a6 6 0 0 0 0-12zM14.5 14.5L21 21M10 7v6M8 9l2-2 2 2M8 11l2 2 2-2"),
    button(Action::ZoomIn, "Zoom in", &["+"], "+", "zoom-in", "M12 5v14M5 12h14"),
    button(Action::ZoomOut, "Zoom out", &["-"], "-", "zoom-out", "M5 12h14"),
    button(Action::Fit, "Fit the whole film", &["="], "=", "fit", "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"),
    button(Action::ActualSize, "Actual size (1:1)", &["o"], "O", "actual-size", "M5 8l3-2v12M16 8l3-2v12M12 9v1M12 15v1"),
    button(Action::TurnRight, "Rotate right", &["r"], "R", "rotate-right", "M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5"),
    button(Action::TurnLeft, "Rotate left", &["l"], "L", "rotate-left", "M5 12a7 7 0 1 0 2-5L5 9M5 4v5h5"),
    button(Action::FlipHorizontally, "Flip horizontally", &["h"], "H", "flip-horizontal", "M12 3v18M9 7l-6 10h6zM15 7l6 10h-6z"),
    button(Action::FlipVertically, "Flip vertically", &["v"], "V", "flip-vertical", "M3 12h18M7 9l10-6v6zM7 15l10 6v-6z"),
    button(Action::Invert, "Invert", &["i"], "I", "invert", "M4 4h16v16H4zM4 20L20 4M9 20L20 9M14 20l6-6"),
    button(Action::Automatic, "Automatic window", &["a"], "A", "automatic-window", "M5 20l7-16 7 16M8 14h8"),
    key(Action::Preset, "Window presets from the file", &["1", "2", "3", "4", "5", "6", "7", "8", "9"], "1 to 9"),
    button(Action::Magnify, "Magnifier", &["m"], "M", "magnify", "M11 3a8 8 0 1 0 0 16a8 8 0 0 0 0-16zM17 17l4 4M7 11a4 4 0 0 1 4-4"),
    button(Action::Reset, "Reset", &[" "], "Space", "reset", "M4 4v5h5M4.5 9a8 8 0 1 1-.5 4"),
    key(Action::Move, "Move", &["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], "Arrows"),
    key(Action::ChangeWindow, "Window narrower or wider, level lower or higher", &["Shift+ArrowLeft", "Shift+ArrowRight", "Shift+ArrowUp", "Shift+ArrowDown"], "Shift + arrows"),
    key(Action::HeatMap, "Show where the answer comes from", &["e"], "E"),
    button(Action::Shortcuts, "Keyboard shortcuts", &["?"], "?", "shortcuts", "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1-1.5 2.4M12 18v.5"),
];

/// The action of a key, and the key's index among its command's keys.
pub fn action_of(key: &str, shift: bool) -> Option<(Action, usize)> {
    let key = match (key.chars().count(), shift) {
        // Letters in either case; any other character typed with shift is a different key anyway.
        (1, _) => key.to_ascii_lowercase(),
        (_, true) => format!("Shift+{key}"),
        (_, false) => key.to_owned(),
    };
    COMMANDS.iter().find_map(|command| {
        let place = command.keys.iter().position(|other| *other == key)?;
        Some((command.action, place))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_meanings_and_no_button_the_name_of_another() {
        let keys: Vec<&str> = COMMANDS
            .iter()
            .flat_map(|command| command.keys)
            .copied()
            .collect();
        let mut distinct = keys.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), keys.len());
        let mut buttons: Vec<&str> = COMMANDS
            .iter()
            .filter(|command| command.icon.is_some())
            .map(|command| command.testid)
            .collect();
        let count = buttons.len();
        buttons.sort_unstable();
        buttons.dedup();
        assert_eq!(buttons.len(), count);
    }

    #[test]
    fn letters_count_in_either_case_and_arrows_mean_something_else_with_shift() {
        assert_eq!(action_of("R", true), Some((Action::TurnRight, 0)));
        assert_eq!(action_of("r", false), Some((Action::TurnRight, 0)));
        assert_eq!(action_of("3", false), Some((Action::Preset, 2)));
        assert_eq!(action_of("ArrowUp", false), Some((Action::Move, 2)));
        assert_eq!(action_of("ArrowUp", true), Some((Action::ChangeWindow, 2)));
        assert_eq!(action_of("Tab", false), None);
        assert_eq!(action_of("ö", false), None);
    }
}
