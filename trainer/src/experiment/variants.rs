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

/// Every variant there is, the recipes themselves first:
/// - `original`, `robust`: the recipes.
/// - `far`: `robust` with films moved further, as it was before.
/// - `linked`: `far`, each film as often as any other.
/// - `wide`: `far`, films moved and zoomed still further.
/// - `frames`: `linked` with films moved nearly as far as in `wide`, each class in the same shapes, none mixed, and a
///   higher learning rate.
/// - `frames-detail`, `frames-reweighted`: `frames`, films that contradict a shortcut up to twelve times: how much detail
///   they show, or the bias-only model of everything.
/// - `shapes`: `frames-reweighted` with all other geometry as little as in `robust`.
/// - `shapes-undropped`, `frames-undropped`: `shapes` and `frames-reweighted` without dropout.
/// - `frames-markers`: `frames-reweighted`, letters and lines of text put on films and taken from them.
pub fn all() -> Vec<Variant> {
    let variant = |name, learning_rate, recipe: Recipe| Variant {
        name,
        learning_rate,
        recipe,
    };
    let mut far = Recipe::robust();
    far.augmentation.geometry = GeometryRanges::FAR;
    let linked = Recipe {
        reweighting: None,
        ..far.clone()
    };
    let mut wide = far.clone();
    wide.augmentation.geometry.zoom = 0.3;
    wide.augmentation.geometry.shift = 0.1;
    let mut frames = Recipe {
        mixup: 0.0,
        ..linked.clone()
    };
    frames.augmentation.geometry = GeometryRanges {
        zoom: 0.25,
        shift: 0.08,
        shape: Some([1.0, 2.0]),
        ..GeometryRanges::FAR
    };
    frames.augmentation.look.cover = 0.0;
    let reweighted = |by| Recipe {
        reweighting: Some(Reweighting { by, most: 12.0 }),
        ..frames.clone()
    };
    let mut shapes = reweighted(Shortcut::BiasModel(Sees::All));
    shapes.augmentation.geometry = GeometryRanges {
        shape: Some([1.05, 1.85]),
        ..Recipe::robust().augmentation.geometry
    };
    let undropped = |recipe: &Recipe| Recipe {
        dropout: DropoutRates {
            spatial: [0.0; 7],
            dense: 0.0,
        },
        ..recipe.clone()
    };
    let frames_undropped = undropped(&reweighted(Shortcut::BiasModel(Sees::All)));
    let shapes_undropped = undropped(&shapes);
    vec![
        variant("shapes", 3e-3, shapes),
        variant("shapes-undropped", 3e-3, shapes_undropped),
        variant("frames-undropped", 3e-3, frames_undropped),
        variant("original", 1e-3, Recipe::original()),
        variant("robust", 1e-3, Recipe::robust()),
        variant("far", 1e-3, far),
        variant("linked", 1e-3, linked),
        variant("wide", 1e-3, wide),
        variant("frames-detail", 3e-3, reweighted(Shortcut::Detail)),
        variant(
            "frames-reweighted",
            3e-3,
            reweighted(Shortcut::BiasModel(Sees::All)),
        ),
        variant("frames-markers", 3e-3, {
            let mut recipe = reweighted(Shortcut::BiasModel(Sees::All));
            recipe.augmentation.markers = 0.5;
            recipe
        }),
        variant("frames", 3e-3, frames),
    ]
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
