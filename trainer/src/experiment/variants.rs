//! What is tried: each variant changes one thing of another, so that a difference has one cause.

use anyhow::{Context, Result};
use pneumonia_cnn::network::training::dropout::DropoutRates;

use super::preparation::Preparation;
use crate::augment::{GeometryRanges, LookRanges, Ranges};
use crate::recipe::{Recipe, Schedule};

/// A recipe under a name.
pub struct Variant {
    pub name: &'static str,
    /// For the table.
    pub what: &'static str,
    pub recipe: Recipe,
    pub preparation: Preparation,
}

/// `robust` with films moved further.
fn far() -> Recipe {
    let mut recipe = Recipe::robust();
    recipe.augmentation.geometry = GeometryRanges::FAR;
    recipe
}

/// `far` with each film as often as any other.
fn linked() -> Recipe {
    Recipe {
        unlinked: 1.0,
        ..far()
    }
}

/// `linked` before the last four things that were added to it: what most variants change one thing of.
fn base() -> Recipe {
    let mut recipe = linked();
    recipe.augmentation.look.cover = 0.0;
    recipe.weight_decay = 0.0;
    recipe.mixup = 0.0;
    recipe.balanced = false;
    recipe
}

/// Changes of the look that go further than `base`'s.
const LOOK: LookRanges = LookRanges {
    gamma: 0.8,
    contrast: 0.5,
    brightness: 0.25,
    detail: 0.7,
    cover: 0.0,
    ..Ranges::ROBUST.look
};

/// Every variant there is, the recipes themselves first.
pub fn all() -> Vec<Variant> {
    let of = |name, what, recipe: Recipe, change: fn(&mut Recipe)| {
        let mut recipe = recipe;
        change(&mut recipe);
        Variant {
            name,
            what,
            recipe,
            preparation: Preparation::None,
        }
    };
    let from_original = |name, what, change| of(name, what, Recipe::original(), change);
    let from_base = |name, what, change| of(name, what, base(), change);
    let prepared = |name, what, preparation| Variant {
        name,
        what,
        recipe: base(),
        preparation,
    };
    vec![
        from_original("original", "the recipe `original`", |_| {}),
        of(
            "robust",
            "the recipe `robust`: `far`, each side shown from 0.88 to 1.12, all other geometry half as far",
            Recipe::robust(),
            |_| {},
        ),
        of(
            "robust-tenth",
            "`robust`, each side shown from 0.9 to 1.1",
            Recipe::robust(),
            |recipe| recipe.augmentation.geometry.zoom = 0.1,
        ),
        of(
            "far",
            "`linked`, films with the other class's detail up to twelve times",
            far(),
            |_| {},
        ),
        of(
            "far-thirty",
            "`linked`, films with the other class's detail up to thirty times",
            far(),
            |recipe| recipe.unlinked = 30.0,
        ),
        of(
            "far-six",
            "`linked`, films with the other class's detail up to six times",
            far(),
            |recipe| recipe.unlinked = 6.0,
        ),
        of(
            "far-three",
            "`linked`, films with the other class's detail up to three times",
            far(),
            |recipe| recipe.unlinked = 3.0,
        ),
        of(
            "far-six-detail",
            "`far-six`, detail of two sizes halved to doubled",
            far(),
            |recipe| {
                recipe.unlinked = 6.0;
                recipe.augmentation.look.detail = LOOK.detail;
            },
        ),
        of(
            "linked",
            "`base` with cover, decay, mixup and balanced",
            linked(),
            |_| {},
        ),
        from_base(
            "base",
            "films moved and shown in many looks, little dropout, cosine, averaged weights",
            |_| {},
        ),
        from_original(
            "original-cosine",
            "`original`, cosine and averaged weights",
            |recipe| {
                recipe.schedule = Schedule::Cosine { warm_up: 0.05 };
                recipe.averaging = Some(0.998);
            },
        ),
        from_base("no-look", "`base`, no changes of the look", |recipe| {
            recipe.augmentation.look = LookRanges::NONE;
        }),
        from_base("no-geometry", "`base`, the original's geometry", |recipe| {
            recipe.augmentation.geometry = Ranges::ORIGINAL.geometry;
        }),
        from_base("milder", "`base`, geometry half as far", |recipe| {
            let geometry = &mut recipe.augmentation.geometry;
            geometry.rotation *= 0.5;
            geometry.zoom *= 0.5;
            geometry.shift *= 0.5;
            geometry.shear *= 0.5;
        }),
        from_base(
            "stronger",
            "`base`, geometry and look half as far again",
            |recipe| {
                let Ranges { geometry, look } = &mut recipe.augmentation;
                geometry.rotation *= 1.5;
                geometry.zoom *= 1.5;
                geometry.shift *= 1.5;
                look.gamma *= 1.5;
                look.contrast *= 1.5;
                look.brightness *= 1.5;
                look.noise *= 1.5;
            },
        ),
        from_base(
            "detail",
            "`base`, detail of two sizes halved to doubled",
            |recipe| {
                recipe.augmentation.look.detail = LOOK.detail;
            },
        ),
        from_base(
            "detail-more",
            "`base`, detail of two sizes a third to threefold",
            |recipe| {
                recipe.augmentation.look.detail = 1.1;
            },
        ),
        from_base(
            "tone",
            "`base`, gamma, contrast and brightness further",
            |recipe| {
                recipe.augmentation.look = LookRanges {
                    detail: 0.0,
                    ..LOOK
                };
            },
        ),
        from_base("look", "`base`, `detail` and `tone`", |recipe| {
            recipe.augmentation.look = LOOK;
        }),
        from_base("look-more", "`base`, `look` still further", |recipe| {
            recipe.augmentation.look = LookRanges {
                gamma: 1.0,
                contrast: 0.6,
                brightness: 0.3,
                detail: 1.0,
                noise: 0.05,
                ..LOOK
            };
        }),
        from_base(
            "unlinked",
            "`base`, films with the other class's detail up to six times",
            |recipe| {
                recipe.unlinked = 6.0;
            },
        ),
        from_base("look-unlinked", "`base`, `look` and `unlinked`", |recipe| {
            recipe.augmentation.look = LOOK;
            recipe.unlinked = 6.0;
        }),
        from_base(
            "look-unlinked-less",
            "`base`, `look`, and `unlinked` up to three times",
            |recipe| {
                recipe.augmentation.look = LOOK;
                recipe.unlinked = 3.0;
            },
        ),
        from_base(
            "strong-dropout",
            "`base`, the original's dropout",
            |recipe| {
                recipe.dropout = DropoutRates::ORIGINAL;
            },
        ),
        from_base("no-dropout", "`base`, no dropout", |recipe| {
            recipe.dropout = DropoutRates {
                spatial: [0.0; 7],
                dense: 0.0,
            };
        }),
        from_base(
            "no-average",
            "`base`, the last weights, not their mean",
            |recipe| {
                recipe.averaging = None;
            },
        ),
        from_base(
            "constant",
            "`base`, one learning rate throughout",
            |recipe| {
                recipe.schedule = Schedule::Constant;
            },
        ),
        from_base(
            "cover",
            "`base`, rectangles that cover a part of three films in ten",
            |recipe| {
                recipe.augmentation.look.cover = 0.3;
            },
        ),
        from_base("decay", "`base`, weight decay of 0.02", |recipe| {
            recipe.weight_decay = 0.02
        }),
        from_base("decay-more", "`base`, weight decay of 0.05", |recipe| {
            recipe.weight_decay = 0.05
        }),
        from_base("decay-cover", "`base`, `decay` and `cover`", |recipe| {
            recipe.weight_decay = 0.02;
            recipe.augmentation.look.cover = 0.3;
        }),
        from_base("smoothing", "`base`, labels of 0.05 and 0.95", |recipe| {
            recipe.label_smoothing = 0.05
        }),
        from_base(
            "mixup",
            "`base`, half of the films mixed with another",
            |recipe| recipe.mixup = 0.5,
        ),
        from_base(
            "balanced",
            "`base`, as many films of each class",
            |recipe| recipe.balanced = true,
        ),
        from_base(
            "taught",
            "`base`, learns from the answers of the networks that `base` left, too",
            |recipe| {
                recipe.distillation = 0.7;
            },
        ),
        prepared(
            "standardised",
            "`base`, each film's mean and standard deviation made the same",
            Preparation::Standardised,
        ),
        prepared(
            "equalised",
            "`base`, each film's histogram made even",
            Preparation::Equalised,
        ),
        prepared(
            "local",
            "`base`, each pixel's distance to the mean around it, by the standard deviation there",
            Preparation::Local,
        ),
        prepared(
            "cropped",
            "`base`, only the middle of each film, four fifths of the sides",
            Preparation::Cropped,
        ),
        prepared(
            "lungs",
            "`base`, only the lungs and a margin, scaled and moved to fit a drawn chest",
            Preparation::Lungs,
        ),
        Variant {
            name: "robust-lungs",
            what: "`robust`, prepared as in `lungs`",
            recipe: Recipe::robust(),
            preparation: Preparation::Lungs,
        },
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
