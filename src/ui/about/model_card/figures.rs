use crate::network::card::Films;
use crate::network::metadata::{Counts, OperatingPoint, TestResult};
use crate::page::numbers;
use crate::ui::preferences::{RocCurve, use_preferences};
use crate::worker::answers::Model;
use leptos::prelude::*;
use std::sync::Arc;

/// Figures measured on the patients held out from training.
#[component]
pub fn Figures(model: Arc<Model>) -> impl IntoView {
    let validation = &model.validation;
    let calibration = &model.calibration;
    let Counts { normal, pneumonia } = validation.films;
    let patients = validation.patients;
    view! {
        <h3>"Metrics"</h3>
        <p>
            {format!(
                "On {normal} normal films and {pneumonia} with pneumonia, of {} and {} patients who were kept out of training, \
                 at the balanced operating point. Calibration and operating points were fitted on them, so the figures \
                 are optimistic. In brackets: 95\u{a0}% intervals.",
                patients.normal, patients.pneumonia
            )}
        </p>
        <dl class="facts">
            <Row name="AUC" text=numbers::with_interval(validation.auc, validation.auc_ci)/>
            <Row name="Accuracy" text=numbers::with_interval(validation.accuracy, validation.accuracy_ci)/>
            <Row name="Sensitivity" text=numbers::with_interval(validation.sensitivity, validation.sensitivity_ci)/>
            <Row name="Specificity" text=numbers::with_interval(validation.specificity, validation.specificity_ci)/>
            <Row name="Loss" text=format!("{:.3}", validation.loss)/>
        </dl>
        <h3>"Calibration"</h3>
        <p>
            {format!(
                "probability = sigmoid({:.3} × logit + {:.3}), fitted on the validation patients, of whose films {} show \
                 pneumonia.",
                calibration.slope,
                calibration.intercept,
                numbers::share(validation.films.prevalence())
            )}
        </p>
        <dl class="facts">
            <Row name="Brier score" text=format!("{:.3}", validation.brier)/>
            <Row
                name="Calibration error, of each fifth by a calibration fitted on the others"
                text=format!("{:.3}", validation.ece)
            />
        </dl>
    }
}

/// Figures on validation films in which the shortcuts contradict the lungs.
#[component]
pub fn StressTests(model: Arc<Model>) -> impl IntoView {
    let results = model.stress_tests.clone();
    (!results.is_empty()).then(|| {
        view! {
            <h3>"Stress tests"</h3>
            <p>
                "The validation films again, where their frame, markers or exposure say the opposite of the lungs, at the \
                 balanced operating point. In brackets: 95\u{a0}% intervals."
            </p>
            <Results results testid="card-stress-tests"/>
        }
    })
}

/// Figures on films that nothing was fitted on.
#[component]
pub fn ExternalFigures(model: Arc<Model>) -> impl IntoView {
    let results = model.external.clone();
    let elsewhere = Films::of(&model.training).elsewhere;
    let elsewhere = elsewhere.map(|known| view! { <p data-testid="card-elsewhere">{known}</p> });
    let measured = if results.is_empty() {
        view! { <p>"These weights have not been measured on any other films yet."</p> }.into_any()
    } else {
        view! { <Results results testid="card-external"/> }.into_any()
    };
    view! {
        <h3>"Films taken under other conditions"</h3>
        {elsewhere}
        {measured}
    }
}

#[component]
fn Results(results: Vec<TestResult>, testid: &'static str) -> impl IntoView {
    view! {
        <table data-testid=testid>
            <thead>
                <tr>
                    <th scope="col">"AUC"</th>
                    <th scope="col">"Accuracy"</th>
                    <th scope="col">"Sensitivity"</th>
                    <th scope="col">"Specificity"</th>
                </tr>
            </thead>
            {results.iter().map(result_rows).collect_view()}
        </table>
    }
}

/// The description of the films goes above their figures: beside them, it would leave no room for these on a phone.
fn result_rows(result: &TestResult) -> impl IntoView + use<> {
    let Counts { normal, pneumonia } = result.films;
    let films = format!(
        "{}: {normal} normal, {pneumonia} with pneumonia",
        result.source
    );
    view! {
        <tbody>
            <tr><th scope="rowgroup" colspan="4">{films}</th></tr>
            <tr>
                <td>{numbers::with_interval(result.auc, result.auc_ci)}</td>
                <td>{numbers::with_interval(result.accuracy, result.accuracy_ci)}</td>
                <td>{numbers::with_interval(result.sensitivity, result.sensitivity_ci)}</td>
                <td>{numbers::with_interval(result.specificity, result.specificity_ci)}</td>
            </tr>
        </tbody>
    }
}

#[component]
fn Row(name: &'static str, text: String) -> impl IntoView {
    view! { <div><dt>{name}</dt><dd>{text}</dd></div> }
}

/// The named operating points and the curve they lie on, as tables and as a plot.
#[component]
pub fn OperatingPointTable(model: Arc<Model>) -> impl IntoView {
    let preferences = use_preferences();
    let marked = Signal::derive(move || preferences.decision().map(|decision| decision.point));
    let named = &model.operating_points;
    let curve = model.roc.iter().map(|point| row("", point)).collect_view();
    view! {
        <div class="roc-and-points">
            <RocCurve roc=model.roc.clone() marked/>
            <table data-testid="card-operating-points">
                {head()}
                <tbody>{row("Balanced", &named.balanced)}{row("Screening", &named.screening)}</tbody>
            </table>
        </div>
        <details>
            <summary>"The curve as a table"</summary>
            <table>{head()}<tbody>{curve}</tbody></table>
        </details>
    }
}

fn head() -> impl IntoView {
    view! {
        <thead>
            <tr>
                <th scope="col">"Point"</th>
                <th scope="col">"From"</th>
                <th scope="col">"Sensitivity"</th>
                <th scope="col">"Specificity"</th>
            </tr>
        </thead>
    }
}

fn row(name: &'static str, point: &OperatingPoint) -> impl IntoView + use<> {
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{numbers::threshold(point.threshold)}</td>
            <td>{numbers::with_interval(point.sensitivity, point.sensitivity_ci)}</td>
            <td>{numbers::with_interval(point.specificity, point.specificity_ci)}</td>
        </tr>
    }
}
