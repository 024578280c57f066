//! Which rows of a long list are rendered, and what its keys do.

/// Extra rows rendered above and below the visible ones, for fast scrolling.
const SPARE: usize = 8;

/// The list's dimensions, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ListScroll {
    /// Scrolled out of view above the frame.
    pub top: f64,
    /// Height of the frame.
    pub height: f64,
    /// Height of a row, which depends on the font size.
    pub row: f64,
    /// Height of the heading, which stays visible.
    pub heading: f64,
}

/// What a key does in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKey {
    Select(usize),
    /// Moves the focus to the selected film.
    Open,
    /// Removes the selected film. Holds the row to select next, as numbered before the removal.
    Remove(usize),
}

impl ListScroll {
    /// A guess, until something is rendered.
    pub const AT_FIRST: Self = Self {
        top: 0.0,
        height: 600.0,
        row: 48.0,
        heading: 48.0,
    };

    /// The first row to render, and the one after the last, out of `of` rows.
    pub fn rows(&self, of: usize) -> (usize, usize) {
        let first = (self.top / self.row) as usize;
        let count = (self.height / self.row) as usize + 1;
        (
            first.saturating_sub(SPARE).min(of),
            (first + count + SPARE).min(of),
        )
    }

    /// Where to scroll so that a row is visible.
    pub fn showing(&self, row: usize) -> f64 {
        let (top, bottom) = (row as f64 * self.row, (row + 1) as f64 * self.row);
        let space = self.height - self.heading;
        self.top.clamp((bottom - space).min(top), top)
    }

    /// How many rows Page Up and Page Down move.
    fn page(&self) -> usize {
        ((self.height - self.heading) / self.row).max(1.0) as usize
    }

    /// What a key does while row `at` is selected and `last` is the last row; `None` for a key that does nothing here.
    pub fn key(&self, key: &str, at: usize, last: usize) -> Option<ListKey> {
        Some(match key {
            "ArrowDown" => ListKey::Select((at + 1).min(last)),
            "ArrowUp" => ListKey::Select(at.saturating_sub(1)),
            "PageDown" => ListKey::Select((at + self.page()).min(last)),
            "PageUp" => ListKey::Select(at.saturating_sub(self.page())),
            "Home" => ListKey::Select(0),
            "End" => ListKey::Select(last),
            "Enter" => ListKey::Open,
            "Delete" if at < last => ListKey::Remove(at + 1),
            "Delete" => ListKey::Remove(at.saturating_sub(1)),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: ListScroll = ListScroll {
        top: 1000.0,
        height: 550.0,
        row: 50.0,
        heading: 50.0,
    };

    #[test]
    fn the_rows_in_sight_are_drawn_with_some_to_spare_and_none_beyond_the_list() {
        assert_eq!(LIST.rows(1000), (12, 40));
        assert_eq!(LIST.rows(25), (12, 25));
        assert_eq!(LIST.rows(3), (3, 3));
        assert_eq!(ListScroll { top: 0.0, ..LIST }.rows(1000), (0, 20));
    }

    #[test]
    fn scrolling_to_a_row_is_minimal() {
        // Rows 20 to 29 are visible below the heading.
        assert_eq!(LIST.showing(25), 1000.0);
        assert_eq!(LIST.showing(19), 950.0);
        assert_eq!(LIST.showing(30), 1050.0);
        let narrow = ListScroll {
            height: 60.0,
            ..LIST
        };
        assert_eq!(narrow.showing(3), 150.0, "a frame that is lower than a row");
    }

    #[test]
    fn keys_move_by_rows_and_pages_and_stop_at_the_ends() {
        let keys = |at| {
            ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"]
                .map(|key| LIST.key(key, at, 99).unwrap())
        };
        assert_eq!(keys(50), [51, 49, 60, 40, 0, 99].map(ListKey::Select));
        assert_eq!(keys(0), [1, 0, 10, 0, 0, 99].map(ListKey::Select));
        assert_eq!(keys(99), [99, 98, 99, 89, 0, 99].map(ListKey::Select));
    }

    #[test]
    fn after_a_film_goes_the_next_is_selected_or_the_one_before_the_last() {
        assert_eq!(LIST.key("Delete", 4, 9), Some(ListKey::Remove(5)));
        assert_eq!(LIST.key("Delete", 9, 9), Some(ListKey::Remove(8)));
        assert_eq!(LIST.key("Delete", 0, 0), Some(ListKey::Remove(0)));
        assert_eq!(LIST.key("Enter", 4, 9), Some(ListKey::Open));
        assert_eq!(LIST.key("x", 4, 9), None);
    }
}
