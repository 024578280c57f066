//! What is tried: the recipes, those of earlier weights, and those that came near to being the next.

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
/// - `debiased`: both classes in shapes, sizes and places drawn alike, films that have the other class's fine detail up to
///   six times as often, no dropout and no mixup.
/// - `debiased-light`, `debiased-dropout`: `debiased` with half or all of the dropout of `robust`, with mixup, and with films
///   taken up to twelve times as often.
/// - `debiased-bias-model`: `debiased-light`, and films that the bias-only model of everything is wrong about more often.
pub fn all() -> Vec<Variant> {
    let mut far = Recipe::robust();
    far.augmentation.geometry = GeometryRanges::FAR;
    let linked = Recipe {
        reweighting: Vec::new(),
        ..far.clone()
    };
    let light = regularised(0.5, 0.2);
    let mut bias_model = light.clone();
    bias_model.reweighting.push(Reweighting {
        by: Shortcut::BiasModel(Sees::All),
        most: 6.0,
    });
    let variants = [
        ("original", 1e-3, Recipe::original()),
        ("linked", 1e-3, linked),
        ("far", 1e-3, far),
        ("robust", 1e-3, Recipe::robust()),
        ("debiased", 3e-3, debiased()),
        ("debiased-light", 3e-3, light),
        ("debiased-dropout", 3e-3, regularised(1.0, 0.5)),
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

fn debiased() -> Recipe {
    let mut recipe = Recipe {
        dropout: DropoutRates {
            spatial: [0.0; 7],
            dense: 0.0,
        },
        reweighting: by_detail(6.0),
        mixup: 0.0,
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

/// `debiased` with that share of the dropout of `robust`, and with that probability of mixup.
fn regularised(dropout: f32, mixup: f32) -> Recipe {
    let DropoutRates { spatial, dense } = Recipe::robust().dropout;
    Recipe {
        dropout: DropoutRates {
            spatial: spatial.map(|rate| rate * dropout),
            dense: dense * dropout,
        },
        reweighting: by_detail(12.0),
        mixup,
        ..debiased()
    }
}

fn by_detail(most: f32) -> Vec<Reweighting> {
    vec![Reweighting {
        by: Shortcut::Detail,
        most,
    }]
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
