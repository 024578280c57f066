//! What is kept of an answer while no card shows it: all but the pictures, which would fill the memory with
//! thousands of films. Thumbnails stand in their place, and a card that opens has the film read again.

use crate::input::SIZE;
use crate::worker::answers::{FilmReading, GreyPicture};

/// Longer side, in pixels.
const THUMBNAIL: u32 = 64;

/// Puts thumbnails in the pictures' place.
pub fn keep_thumbnails(reading: &mut FilmReading) {
    reading.picture = shrunk(&reading.picture);
    reading.network_input = shrunk(&reading.network_input);
}

/// Whether the pictures are thumbnails, or were not kept at all.
pub fn has_thumbnails(reading: &FilmReading) -> bool {
    reading.network_input.width < SIZE as u32
}

/// No picture.
pub fn no_picture() -> GreyPicture {
    GreyPicture {
        width: 0,
        height: 0,
        grey: Vec::new(),
    }
}

/// The picture with its longer side scaled down to a thumbnail's, each pixel the mean of those that it covers.
fn shrunk(picture: &GreyPicture) -> GreyPicture {
    let longer = picture.width.max(picture.height);
    if longer <= THUMBNAIL {
        return picture.clone();
    }
    let scaled = |side: u32| (side * THUMBNAIL).div_ceil(longer);
    let (width, height) = (scaled(picture.width), scaled(picture.height));
    let covered = |place: u32, places: u32, side: u32| {
        let edge = |place: u32| (place * side / places) as usize;
        edge(place)..edge(place + 1)
    };
    let mut grey = Vec::with_capacity((width * height) as usize);
    for y in 0..height {
        for x in 0..width {
            let columns = covered(x, width, picture.width);
            let rows = covered(y, height, picture.height);
            let count = columns.len() * rows.len();
            let sum: usize = rows
                .filter_map(|row| {
                    let start = row * picture.width as usize;
                    let range = start + columns.start..start + columns.end;
                    let pixels = picture.grey.get(range)?.iter();
                    Some(pixels.map(|&pixel| usize::from(pixel)).sum::<usize>())
                })
                .sum();
            grey.push((sum / count.max(1)) as u8);
        }
    }
    GreyPicture {
        width,
        height,
        grey,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests_support::reading;

    #[test]
    fn a_thumbnail_keeps_the_proportions_and_the_means_of_what_it_covers() {
        // Four squares of 64 × 64, and as many beside them.
        let grey = (0..64 * 256).map(|at| (at % 256 / 64 * 50) as u8);
        let picture = GreyPicture {
            width: 256,
            height: 64,
            grey: grey.collect(),
        };
        let small = shrunk(&picture);
        assert_eq!((small.width, small.height), (64, 16));
        for (column, grey) in small.grey[..64].iter().enumerate() {
            assert_eq!(usize::from(*grey), column / 16 * 50);
        }
        assert!(shrunk(&small) == small, "it is small enough already");
    }

    #[test]
    fn a_reading_tells_whether_its_pictures_are_thumbnails() {
        let side = SIZE as u32;
        let whole = GreyPicture {
            width: side,
            height: side,
            grey: vec![7; SIZE * SIZE],
        };
        let mut reading = FilmReading {
            picture: whole.clone(),
            network_input: whole,
            ..reading(0.5, None)
        };
        assert!(!has_thumbnails(&reading));
        keep_thumbnails(&mut reading);
        assert!(has_thumbnails(&reading) && reading.picture.grey == vec![7; 64 * 64]);
    }
}
