use image::imageops::{flip_horizontal, flip_vertical, rotate90, rotate180, rotate270};
use image::metadata::Orientation;
use image::{ImageBuffer, Luma};

use super::Radiograph;

/// The film rotated and flipped according to the EXIF `orientation`.
pub(super) fn apply(orientation: Orientation, film: Radiograph) -> Radiograph {
    let size = [film.width, film.height].map(|side| side as u32);
    let picture = ImageBuffer::<Luma<f32>, _>::from_raw(size[0], size[1], film.pixels)
        .expect("a film has as many pixels as its size says");
    let turned = match orientation {
        Orientation::NoTransforms => picture,
        Orientation::FlipHorizontal => flip_horizontal(&picture),
        Orientation::FlipVertical => flip_vertical(&picture),
        Orientation::Rotate90 => rotate90(&picture),
        Orientation::Rotate180 => rotate180(&picture),
        Orientation::Rotate270 => rotate270(&picture),
        Orientation::Rotate90FlipH => flip_horizontal(&rotate90(&picture)),
        Orientation::Rotate270FlipH => flip_horizontal(&rotate270(&picture)),
    };
    Radiograph {
        width: turned.width() as usize,
        height: turned.height() as usize,
        pixels: turned.into_raw(),
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
