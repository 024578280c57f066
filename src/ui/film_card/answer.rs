//! The answer for a film under the visitor's preferences: verdict and probability, or "cannot assess".

use super::probability_scale::ProbabilityScale;
use crate::network::Unassessable;
use crate::page::judgement::Judgement;
use crate::page::numbers;
use crate::reading::Verdict;
use crate::ui::preferences::use_preferences;
use crate::worker::answers::FilmReading;
use leptos::prelude::*;
use std::sync::Arc;

/// What the network says about a film, or why the film can't be assessed.
#[component]
pub fn Answer(
    /// The reading.
    reading: Arc<FilmReading>,
    /// See [`Film::changed`](crate::ui::films::Film).
    changed: ArcRwSignal<Vec<f64>>,
) -> impl IntoView {
    let judged = view! { <Judged probability=reading.probability changed/> };
    match reading.unassessable {
        None => judged.into_any(),
        Some(reason) => view! { <CannotAssess reason>{judged}</CannotAssess> }.into_any(),
    }
}

/// Says that there is no answer, and why; what the network would say can be expanded.
#[component]
fn CannotAssess(
    /// Why the picture can't be judged.
    reason: Unassessable,
    /// What the network would say.
    children: Children,
) -> impl IntoView {
    view! {
        <p class="verdict unassessable">
            <span class="sign" aria-hidden="true">"?"</span>
            <span data-testid="cannot-assess">"cannot assess"</span>
        </p>
        <p data-testid="cannot-assess-reason">
            {format!("This picture can't be judged: {reason}. A number for it would mean nothing.")}
        </p>
        <details>
            <summary data-testid="show-anyway">"Show the network’s answer anyway"</summary>
            {children()}
        </details>
    }
}

/// Verdict and probability, updated when the visitor changes the preferences.
#[component]
fn Judged(
    /// The network's calibrated probability.
    probability: f64,
    changed: ArcRwSignal<Vec<f64>>,
) -> impl IntoView {
    let preferences = use_preferences();
    let judgement = Memo::new(move |_| preferences.judge(probability, &changed));
    let calibrated = probability;
    move || {
        let judgement = judgement.get()?;
        Some(view! {
            <VerdictLine judgement=judgement.clone()/>
            <Stability judgement=judgement.clone()/>
            <Probability judgement=judgement.clone() calibrated/>
            <Explanation judgement calibrated/>
        })
    }
}

#[component]
fn VerdictLine(judgement: Judgement) -> impl IntoView {
    let Judgement {
        verdict, uncertain, ..
    } = judgement;
    let pneumonia = verdict == Verdict::Pneumonia;
    let sign = match verdict {
        _ if uncertain => "≈",
        Verdict::Pneumonia => "▲",
        Verdict::NoPneumonia => "▽",
    };
    view! {
        <p class="verdict" class:pneumonia=pneumonia class:uncertain=uncertain>
            <span class="sign" aria-hidden="true">{sign}</span>
            {uncertain.then(|| view! { <span><span data-testid="uncertain">"Uncertain"</span>", likely "</span> })}
            <span data-testid="verdict">{verdict.to_string()}</span>
        </p>
    }
}

/// Whether changes that should not matter flip the verdict, once that is known.
#[component]
fn Stability(judgement: Judgement) -> impl IntoView {
    if let Some(sentence) = judgement.unstable_sentence() {
        let unstable = view! {
            <p class="unstable" data-testid="unstable">
                <span class="sign" aria-hidden="true">"⇄ "</span>
                <strong>"Unstable. "</strong>
                {sentence}
            </p>
        };
        return unstable.into_any();
    }
    let stable = (judgement.changes > 0).then(|| {
        view! {
            <p class="hint" data-testid="stable">
                {format!(
                    "The verdict stays the same under {} small changes to the film: a flip, shifts, a crop, a margin, \
                     more and less contrast.",
                    judgement.changes
                )}
            </p>
        }
    });
    stable.into_any()
}

/// The probability at the visitor's prevalence, and the calibrated one if it differs.
#[component]
fn Probability(
    judgement: Judgement,
    /// The network's calibrated probability.
    calibrated: f64,
) -> impl IntoView {
    let percent = numbers::percent(calibrated);
    let data_value = calibrated.to_string();
    let criteria = judgement.criteria;
    if !criteria.is_shifted() {
        return view! {
            <p class="probability">
                <span class="number" data-testid="probability" data-value=data_value>{percent}</span>
                " probability of pneumonia"
            </p>
        }
        .into_any();
    }
    let probability = judgement.probability;
    view! {
        <p class="probability">
            <span class="number" data-testid="shifted-probability" data-value=probability.to_string()>
                {numbers::percent(probability)}
            </span>
            {format!(" probability of pneumonia where {} of the films show it", numbers::share(criteria.prevalence))}
        </p>
        <p class="hint">
            <span data-testid="probability" data-value=data_value>{percent}</span>
            {format!(" among the films that it was checked on, of which {} show it.", numbers::share(criteria.calibrated_prevalence))}
        </p>
    }
    .into_any()
}

/// The scale, and what the numbers on it mean.
#[component]
fn Explanation(
    judgement: Judgement,
    /// The network's probability.
    calibrated: f64,
) -> impl IntoView {
    let pneumonia = judgement.verdict == Verdict::Pneumonia;
    let criteria = judgement.criteria;
    let threshold = criteria.shifted(criteria.decision.point.threshold);
    let uncertain = criteria.decision.uncertain.map(|end| criteria.shifted(end));
    let whose = if criteria.is_shifted() {
        "that you entered"
    } else {
        "among the films that it was validated on"
    };
    let moved = if calibrated < criteria.calibrated_prevalence {
        "lowers"
    } else {
        "raises"
    };
    view! {
        <ProbabilityScale probability=judgement.probability threshold uncertain pneumonia/>
        <p class="hint" data-testid="explanation">
            {format!(
                "The prior probability was {}, the prevalence {whose}; the film {moved} it. At the {} operating point the \
                 verdict is pneumonia from {}, the mark on the scale.",
                numbers::share(criteria.prevalence),
                criteria.choice.word(),
                numbers::threshold(threshold),
            )}
            {judgement.uncertain.then(|| {
                let [from, to] = uncertain.map(numbers::share);
                format!(
                    " Between {from} and {to}, the band on the scale, the verdict could be either: the validation films \
                     are too few to place the mark more precisely."
                )
            })}
        </p>
    }
}
