use image::metadata::Orientation;

use super::Radiograph;

/// The film turned and mirrored as `orientation` (EXIF's) asks for.
pub(super) fn apply(orientation: Orientation, film: Radiograph) -> Radiograph {
    use Orientation::*;
    if orientation == NoTransforms {
        return film;
    }
    let sides_swap = matches!(
        orientation,
        Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH
    );
    let from_the_right = matches!(
        orientation,
        FlipHorizontal | Rotate180 | Rotate270 | Rotate270FlipH
    );
    let from_below = matches!(
        orientation,
        FlipVertical | Rotate180 | Rotate90 | Rotate270FlipH
    );

    let (width, height) = if sides_swap {
        (film.height, film.width)
    } else {
        (film.width, film.height)
    };
    let mut pixels = Vec::with_capacity(film.pixels.len());
    for y in 0..height {
        for x in 0..width {
            let (mut column, mut row) = if sides_swap { (y, x) } else { (x, y) };
            if from_the_right {
                column = film.width - 1 - column;
            }
            if from_below {
                row = film.height - 1 - row;
            }
            pixels.push(film.pixels[row * film.width + column]);
        }
    }
    Radiograph {
        width,
        height,
        pixels,
        ..film
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, GrayImage};

    #[test]
    fn a_film_is_turned_in_each_of_the_eight_ways_as_the_image_crate_turns_a_picture() {
        let (width, height) = (5, 3);
        let grey: Vec<u8> = (0..width * height).collect();
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let (columns, rows) = (u32::from(width), u32::from(height));
            let picture = GrayImage::from_raw(columns, rows, grey.clone()).unwrap();
            let mut picture = DynamicImage::from(picture);
            picture.apply_orientation(orientation);

            let pixels = grey.iter().map(|&grey| f32::from(grey)).collect();
            let film = apply(
                orientation,
                Radiograph::new(width.into(), height.into(), pixels),
            );

            let size = (film.width() as u32, film.height() as u32);
            assert_eq!(size, (picture.width(), picture.height()), "EXIF {exif}");
            let turned: Vec<u8> = film.pixels().iter().map(|&grey| grey as u8).collect();
            assert_eq!(turned, picture.into_bytes(), "EXIF {exif}");
        }
    }
}
