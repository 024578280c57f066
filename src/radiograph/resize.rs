use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::F32;
use fast_image_resize::{CpuExtensions, FilterType, ResizeAlg, ResizeOptions, Resizer};
use pneumonia_kernels::portable;

use super::Radiograph;

/// Grey values of `film` at `width` × `height`, by a triangle filter whose support grows with the downscaling factor,
/// so that fine structure is averaged rather than aliased. The aspect ratio is not kept.
pub fn resize(film: &Radiograph, width: usize, height: usize) -> Vec<f32> {
    if (width, height) == (film.width(), film.height()) {
        return film.pixels().to_vec();
    }
    let source = bytemuck::cast_slice(film.pixels());
    let source =
        TypedImageRef::<F32>::from_buffer(film.width() as u32, film.height() as u32, source)
            .expect("a film has one grey value a pixel");
    let mut scaled = TypedImage::<F32>::new(width as u32, height as u32);
    let filter = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    let mut resizer = Resizer::new();
    if portable::is_required() {
        #[expect(unsafe_code, reason = "the library offers no other way")]
        // SAFETY: no extensions are required, so this is sound on every processor.
        unsafe {
            resizer.set_cpu_extensions(CpuExtensions::None)
        };
    }
    resizer
        .resize_typed(&source, &mut scaled, &filter)
        .expect("no crop is asked for, so none can be outside the film");
    scaled.pixels().iter().map(|pixel| pixel.0).collect()
}
