use crate::metrics::plots;
use crate::network::metadata::OperatingPoint;
use crate::svg::to_svg;
use leptos::prelude::*;

/// An ROC curve with one of its operating points marked; a cross shows the point's intervals.
#[component]
pub fn RocCurve(
    /// In order of falling threshold.
    roc: Vec<OperatingPoint>,
    /// The point to mark.
    #[prop(into)]
    marked: Signal<Option<OperatingPoint>>,
) -> impl IntoView {
    let drawing = move || {
        let chart = plots::roc_of_points(&roc, marked.get().as_ref());
        to_svg(&[chart])
    };
    view! { <div class="roc" data-testid="roc-curve" inner_html=drawing></div> }
}
