//! What is tried: each variant changes one thing of another, so that a difference has one cause.

use anyhow::{Context, Result};
use pneumonia_cnn::network::training::dropout::DropoutRates;

use crate::augment::GeometryRanges;
use crate::bias_model::Sees;
use crate::recipe::{Recipe, Reweighting, Shortcut};

/// A recipe under a name.
pub struct Variant {
    pub name: &'static str,
    pub learning_rate: f64,
    pub recipe: Recipe,
}

/// Every variant there is:
/// - `original`, `robust`: the recipes.
/// - `far`: `robust` with films moved further, as it was before.
/// - `linked`: `far`, each film as often as any other.
/// - `debiased`: both classes in shapes and sizes drawn alike; more often films that have the other class's fine detail,
///   and those that the bias-only model of everything is wrong about; little dropout and mixup.
/// - `debiased-own-shapes`: `debiased`, each film near its own shape.
/// - `debiased-detail`, `debiased-bias-model`, `debiased-once`: `debiased`, films reweighted by fine detail alone, by the
///   bias-only model alone, or each taken once.
/// - `debiased-unmixed`, `debiased-undropped`: `debiased` without mixup, or without dropout.
/// - `debiased-squeezed`: `debiased`, each side of a film zoomed on its own.
/// - `debiased-markers`: `debiased`, letters and lines of text put on films and taken from them.
pub fn all() -> Vec<Variant> {
    let variant = |name, learning_rate, recipe| Variant {
        name,
        learning_rate,
        recipe,
    };
    let mut far = Recipe::robust();
    far.augmentation.geometry = GeometryRanges::FAR;
    let linked = Recipe {
        reweighting: Vec::new(),
        ..far.clone()
    };
    let changed = |name, change: &dyn Fn(&mut Recipe)| {
        let mut recipe = debiased();
        change(&mut recipe);
        variant(name, 3e-3, recipe)
    };
    vec![
        variant("original", 1e-3, Recipe::original()),
        variant("robust", 1e-3, Recipe::robust()),
        variant("far", 1e-3, far),
        variant("linked", 1e-3, linked),
        changed("debiased", &|_| ()),
        changed("debiased-own-shapes", &|recipe| {
            recipe.augmentation.geometry.shape = None;
        }),
        changed("debiased-detail", &|recipe| {
            recipe.reweighting = vec![BY_DETAIL];
        }),
        changed("debiased-bias-model", &|recipe| {
            recipe.reweighting = vec![BY_BIAS_MODEL];
        }),
        changed("debiased-once", &|recipe| recipe.reweighting.clear()),
        changed("debiased-unmixed", &|recipe| recipe.mixup = 0.0),
        changed("debiased-undropped", &|recipe| {
            recipe.dropout = DropoutRates {
                spatial: [0.0; 7],
                dense: 0.0,
            };
        }),
        changed("debiased-squeezed", &|recipe| {
            let geometry = &mut recipe.augmentation.geometry;
            (geometry.zoom, geometry.size) = (0.2, 0.0);
        }),
        changed("debiased-markers", &|recipe| {
            recipe.augmentation.markers = 0.5;
        }),
    ]
}

const BY_DETAIL: Reweighting = Reweighting {
    by: Shortcut::Detail,
    most: 12.0,
};

const BY_BIAS_MODEL: Reweighting = Reweighting {
    by: Shortcut::BiasModel(Sees::All),
    most: 6.0,
};

fn debiased() -> Recipe {
    let mut recipe = Recipe {
        dropout: DropoutRates {
            spatial: [0.0, 0.025, 0.025, 0.05, 0.05, 0.05, 0.1],
            dense: 0.1,
        },
        reweighting: vec![BY_DETAIL, BY_BIAS_MODEL],
        mixup: 0.2,
        ..Recipe::robust()
    };
    recipe.augmentation.geometry = GeometryRanges {
        zoom: 0.05,
        size: 0.22,
        shift: 0.07,
        shape: Some([1.0, 2.0]),
        ..GeometryRanges::FAR
    };
    recipe
}

/// The variants of those names, or all.
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
