//! The recipes to try: the current ones, those of earlier weights, and close candidates for the next.

use anyhow::{Context, Result};
use learning::augmentation::GeometryRanges;
use learning::bias_model::FeatureSet;
use learning::network::dropout::DropoutRates;
use learning::recipe::{Recipe, Reweighting, Shortcut};

/// A named recipe with its learning rate.
pub struct Variant {
    pub name: &'static str,
    pub learning_rate: f64,
    pub recipe: Recipe,
}

/// All variants:
/// - `original`, `debiased`: the current recipes.
/// - `linked`, `far`, `robust`: those of earlier weights. `linked` augments geometry and intensity; `far` also
///   oversamples films with the other class's fine detail; `robust` is `far` with films moved half as far.
/// - `debiased-single`: `debiased` with each film shown once per step, so without consistency training.
/// - `debiased-detail`: the same, with films shifted by at most 7 % instead of 8 %, and oversampled up to six times
///   instead of four where they have the other class's fine detail.
/// - `debiased-dropout`: the geometry of `debiased-detail`, with the dropout, mixup and reweighting of `far`.
/// - `debiased-light`: the same with half the dropout and less mixup.
/// - `debiased-bias-model`: `debiased-light`, also oversampling films that the bias-only model of all features is wrong
///   about.
pub fn all() -> Vec<Variant> {
    let geometry = GeometryRanges {
        shift: 0.07,
        ..Recipe::debiased().augmentation.geometry
    };
    let far = regularised(GeometryRanges::FAR, 1.0, 0.5);
    let robust = GeometryRanges {
        shear: 2.5,
        rotation: 4.0,
        zoom: 0.12,
        shift: 0.03,
        ..GeometryRanges::FAR
    };
    let light = regularised(geometry, 0.5, 0.2);
    let mut bias_model = light.clone();
    bias_model.reweighting.push(Reweighting {
        by: Shortcut::BiasModel(FeatureSet::All),
        most: 6.0,
    });
    let single = Recipe {
        consistency: None,
        ..Recipe::debiased()
    };
    let mut detail = Recipe::debiased();
    detail.consistency = None;
    detail.augmentation.geometry = geometry;
    detail.reweighting = detail_reweighting(6.0);
    let variants = [
        ("original", 1e-3, Recipe::original()),
        (
            "linked",
            1e-3,
            Recipe {
                reweighting: Vec::new(),
                ..far.clone()
            },
        ),
        ("far", 1e-3, far),
        ("robust", 1e-3, regularised(robust, 1.0, 0.5)),
        ("debiased", 3e-3, Recipe::debiased()),
        ("debiased-single", 3e-3, single),
        ("debiased-detail", 3e-3, detail),
        ("debiased-dropout", 3e-3, regularised(geometry, 1.0, 0.5)),
        ("debiased-light", 3e-3, light),
        ("debiased-bias-model", 3e-3, bias_model),
    ];
    variants
        .map(|(name, learning_rate, recipe)| Variant {
            name,
            learning_rate,
            recipe,
        })
        .into()
}

/// `debiased` with the given geometry, regularised like the recipes before it: their dropout scaled by `dropout`, mixup
/// with probability `mixup`, and their reweighting.
fn regularised(geometry: GeometryRanges, dropout: f32, mixup: f32) -> Recipe {
    let mut recipe = Recipe {
        dropout: Some(DropoutRates {
            spatial: [0.0, 0.05, 0.05, 0.1, 0.1, 0.1, 0.2].map(|rate| rate * dropout),
            dense: 0.2 * dropout,
        }),
        reweighting: detail_reweighting(12.0),
        mixup,
        consistency: None,
        ..Recipe::debiased()
    };
    recipe.augmentation.geometry = geometry;
    recipe
}

fn detail_reweighting(most: f32) -> Vec<Reweighting> {
    vec![Reweighting {
        by: Shortcut::Detail,
        most,
    }]
}

/// The named variants, or all without names.
pub fn named(names: &[String]) -> Result<Vec<Variant>> {
    let mut all = all();
    if names.is_empty() {
        return Ok(all);
    }
    let mut find = |name: &String| {
        let place = all.iter().position(|variant| variant.name == name);
        let place = place.with_context(|| {
            let known: Vec<_> = all.iter().map(|variant| variant.name).collect();
            format!("there is no variant {name}; there are {}", known.join(", "))
        });
        place.map(|place| all.swap_remove(place))
    };
    names.iter().map(&mut find).collect()
}
