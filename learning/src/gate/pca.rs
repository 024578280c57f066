//! Fits the principal components of the film thumbnails that the gate sees.

use nalgebra::DMatrix;
use pneumonia_cnn::network::gate::{COMPONENTS, PIXELS, PcaFeatures, Rounded};

/// Minimum standard deviation of a feature. A handful of films span fewer dimensions than there are components; the
/// others stay zero.
const LEAST_DEVIATION: f64 = 1e-3;

/// Quantisation steps. The mean is a small part of the file; for the components, 15 steps reject as much as 127 at a
/// third of the download.
const MEAN_STEPS: u8 = 127;
const COMPONENT_STEPS: u8 = 15;

/// Fits them to thumbnails of films.
pub fn learn(films: &[&[f32]]) -> PcaFeatures {
    let values = films.iter().flat_map(|film| film.iter());
    let values = values.map(|&value| f64::from(value));
    let mut centred = DMatrix::from_row_iterator(films.len(), PIXELS, values);
    let mean = centred.row_mean();
    for mut film in centred.row_iter_mut() {
        film -= &mean;
    }
    let covariance = centred.tr_mul(&centred) / films.len() as f64;
    let components = covariance.symmetric_eigen();
    let variance = |index: usize| components.eigenvalues[index];
    let mut order: Vec<usize> = (0..PIXELS).collect();
    order.sort_by(|&a, &b| variance(b).total_cmp(&variance(a)));
    order.truncate(COMPONENTS);
    let deviation = |index: usize| variance(index).max(0.0).sqrt();
    let components: Vec<f32> = order
        .iter()
        .flat_map(|&index| {
            let differ = deviation(index) > LEAST_DEVIATION;
            let component = components.eigenvectors.column(index);
            component
                .into_iter()
                .map(move |&value| if differ { value as f32 } else { 0.0 })
        })
        .collect();
    let deviations = order.iter().map(|&index| deviation(index));
    let mean: Vec<f32> = mean.iter().map(|&value| value as f32).collect();
    let mut pca = PcaFeatures {
        mean: Rounded::of(&mean, MEAN_STEPS),
        components: Rounded::of(&components, COMPONENT_STEPS),
        deviations: deviations
            .map(|deviation| deviation.max(LEAST_DEVIATION) as f32)
            .collect(),
        residual: 0.0,
        residual_deviation: 1.0,
    };
    let residuals = films.iter().map(|film| f64::from(pca.project(film).1));
    let residuals: Vec<f64> = residuals.collect();
    let mean = residuals.iter().sum::<f64>() / residuals.len() as f64;
    let squares = residuals
        .iter()
        .map(|residual| (residual - mean).powi(2))
        .sum::<f64>();
    let deviation = (squares / residuals.len() as f64).sqrt();
    pca.residual = mean as f32;
    pca.residual_deviation = deviation.max(LEAST_DEVIATION) as f32;
    pca
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Films that differ in only two directions: the strengths of a left-right ramp and of a chequerboard.
    fn films() -> Vec<Vec<f32>> {
        let film = |n: usize| {
            let [ramp, chequers] = [(n % 7) as f32 - 3.0, ((n % 5) as f32 - 2.0) / 4.0];
            let pixel = move |at: usize| {
                let (y, x) = (at / 16, at % 16);
                ramp * (x as f32 - 7.5) / 8.0 + chequers * (1.0 - 2.0 * ((x + y) % 2) as f32) + 0.5
            };
            (0..PIXELS).map(pixel).collect()
        };
        (0..70).map(film).collect()
    }

    #[test]
    fn the_first_directions_are_those_in_which_films_differ() {
        let films = films();
        let films: Vec<&[f32]> = films.iter().map(Vec::as_slice).collect();
        let pca = learn(&films);
        for film in &films {
            let (along, residual) = pca.project(film);
            let beyond = along[2..]
                .iter()
                .fold(0f32, |most, value| most.max(value.abs()));
            assert!(
                beyond < 0.2 && residual < 0.02f32.ln(),
                "{beyond} {residual}"
            );
        }
        let mut features = [[0.0; 2]; 2];
        for film in &films {
            let values = pca.features(film);
            for (component, [sum, squares]) in features.iter_mut().enumerate() {
                *sum += values[component] / films.len() as f32;
                *squares += values[component].powi(2) / films.len() as f32;
            }
        }
        for [mean, square] in features {
            assert!(
                mean.abs() < 0.02 && (square - 1.0).abs() < 0.05,
                "{mean} {square}"
            );
        }
    }

    #[test]
    fn a_picture_that_differs_from_films_otherwise_lies_outside() {
        let films = films();
        let films: Vec<&[f32]> = films.iter().map(Vec::as_slice).collect();
        let pca = learn(&films);
        let ramp: Vec<f32> = (0..PIXELS).map(|at| (at / 16) as f32 / 8.0 - 1.0).collect();
        let strange = *pca.features(&ramp).last().unwrap();
        assert!(strange > 4.0, "{strange}");
    }
}
