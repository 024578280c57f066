use crate::network::metadata::OperatingPoint;
use crate::page::numbers;
use leptos::prelude::*;

/// Side of the plot's square, in the units of its view box.
const SIDE: f64 = 200.0;

/// An ROC curve with one of its operating points marked; a cross shows the point's intervals.
#[component]
pub fn RocCurve(
    /// In order of falling threshold.
    roc: Vec<OperatingPoint>,
    /// The point to mark.
    #[prop(into)]
    marked: Signal<Option<OperatingPoint>>,
) -> impl IntoView {
    let points: Vec<String> = roc
        .iter()
        .map(|point| format!("{:.1},{:.1}", x(point.specificity), y(point.sensitivity)))
        .collect();
    let described = move || {
        marked.get().map(|point| {
            format!(
                "ROC curve, sensitivity over 1 − specificity. Marked: sensitivity {}, specificity {}.",
                numbers::share(point.sensitivity),
                numbers::share(point.specificity)
            )
        })
    };
    let cross = move || {
        marked.get().map(|point| {
            let (at_x, at_y) = (x(point.specificity), y(point.sensitivity));
            let [low, high] = point.specificity_ci.map(x);
            let [bottom, top] = point.sensitivity_ci.map(y);
            view! {
                <line class="interval" x1=low x2=high y1=at_y y2=at_y></line>
                <line class="interval" x1=at_x x2=at_x y1=bottom y2=top></line>
                <circle class="marked" cx=at_x cy=at_y r="4"></circle>
            }
        })
    };
    view! {
        <svg class="roc" viewBox="-28 -6 236 236" role="img" aria-label=described data-testid="roc-curve">
            <rect class="frame" x="0" y="0" width=SIDE height=SIDE></rect>
            <line class="chance" x1="0" y1=SIDE x2=SIDE y2="0"></line>
            <polyline class="curve" points=points.join(" ")></polyline>
            {cross}
            <text x=SIDE / 2.0 y="222" text-anchor="middle">"1 − specificity"</text>
            <text x=-SIDE / 2.0 y="-12" text-anchor="middle" transform="rotate(-90)">"Sensitivity"</text>
        </svg>
    }
}

fn x(specificity: f64) -> f64 {
    (1.0 - specificity) * SIDE
}

fn y(sensitivity: f64) -> f64 {
    (1.0 - sensitivity) * SIDE
}
