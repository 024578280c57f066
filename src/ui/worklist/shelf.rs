//! What is kept of an answer while no card shows it: all but the pictures, which would fill the memory with
//! thousands of films. Thumbnails stand in their place, and a card that opens has the film read again.

use crate::input::SIZE;
use crate::worker::messages::{FilmReading, GreyPicture};

/// Longer side of a thumbnail, in pixels.
const THUMBNAIL: u32 = 64;

/// Puts thumbnails in the pictures' place.
pub fn shelve(reading: &mut FilmReading) {
    reading.picture = shrunk(&reading.picture);
    reading.network_input = shrunk(&reading.network_input);
}

/// Whether the pictures are thumbnails, or were not kept at all.
pub fn is_shelved(reading: &FilmReading) -> bool {
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
