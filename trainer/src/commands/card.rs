//! Adds external test results to a weights file after training.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;
use pneumonia_cnn::metrics::Share;
use pneumonia_cnn::network::metadata::{Counts, TestResult};
use pneumonia_cnn::network::{Metadata, Weights};
use serde::Deserialize;

use crate::data::files::write_atomically;

/// Thresholds that differ by less count as equal, since a table may give them rounded.
const SAME_THRESHOLD: f64 = 6e-4;

/// Add results on other films to the metadata of a weights file.
///
/// The model card, page and report then show them beside those on the validation patients. The weights do not change. A
/// new result replaces an older one with the same source.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Weights file to add to (safetensors)
    #[arg(long, value_name = "FILE")]
    weights: PathBuf,
    /// Output of `evaluate --json` for these weights, or a JSON object with the same fields true_positives,
    /// false_positives, true_negatives, false_negatives, threshold and auc
    #[arg(long, value_name = "FILE")]
    external: PathBuf,
    /// Description of the films, for example "official test split, 624 films of the same hospital taken under other
    /// conditions" [default: "source" in the JSON object]
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// Output file [default: the weights file itself]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The fields of the JSON file that are used.
#[derive(Deserialize)]
struct Measured {
    source: Option<String>,
    threshold: f64,
    true_positives: usize,
    false_positives: usize,
    true_negatives: usize,
    false_negatives: usize,
    auc: f64,
    /// If missing, Hanley and McNeil's interval is used.
    auc_ci: Option<[f64; 2]>,
}

/// Runs `trainer card`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let Arguments {
        weights: path,
        external,
        source,
        out,
    } = arguments;
    let bytes = fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
    let read = || -> pneumonia_cnn::Result<_> {
        let metadata = Metadata::from_safetensors(&bytes)?;
        Ok((Weights::from_safetensors(&bytes)?, metadata))
    };
    let (weights, mut metadata) = read().with_context(|| path.display().to_string())?;
    let result = measured(external)?
        .result(source.clone())
        .with_context(|| external.display().to_string())?;
    let threshold = metadata.operating_points.balanced.threshold;
    ensure!(
        (result.threshold - threshold).abs() < SAME_THRESHOLD,
        "{} was measured at a threshold of {}, but the balanced operating point of {} is {threshold}: measure these \
         weights with `trainer evaluate --json`",
        external.display(),
        result.threshold,
        path.display()
    );
    let told = result.source.clone();
    metadata
        .external
        .retain(|older| older.source != result.source);
    metadata.external.push(result);
    let out = out.as_deref().unwrap_or(path);
    write_atomically(out, &weights.to_safetensors(&metadata)?)?;
    println!("{} now includes results on: {told}", out.display());
    Ok(())
}

fn measured(path: &Path) -> Result<Measured> {
    let text =
        fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| {
        format!(
            "{} is not what `trainer evaluate --json` prints",
            path.display()
        )
    })
}

impl Measured {
    fn result(self, source: Option<String>) -> Result<TestResult> {
        let films = Counts {
            normal: self.true_negatives + self.false_positives,
            pneumonia: self.true_positives + self.false_negatives,
        };
        let both = "films of both classes are needed";
        let right = self.true_positives + self.true_negatives;
        let accuracy = Share::of(right, films.normal + films.pneumonia).context(both)?;
        let sensitivity = Share::of(self.true_positives, films.pneumonia).context(both)?;
        let specificity = Share::of(self.true_negatives, films.normal).context(both)?;
        ensure!(
            (0.0..=1.0).contains(&self.auc),
            "the auc {} is none",
            self.auc
        );
        Ok(TestResult {
            source: source
                .or(self.source)
                .context("what are the films? Say it with --source")?,
            films,
            threshold: self.threshold,
            auc: self.auc,
            auc_ci: self
                .auc_ci
                .unwrap_or_else(|| hanley_mcneil(self.auc, films)),
            accuracy: accuracy.value,
            accuracy_ci: accuracy.interval,
            sensitivity: sensitivity.value,
            sensitivity_ci: sensitivity.interval,
            specificity: specificity.value,
            specificity_ci: specificity.interval,
        })
    }
}

/// The 95 % confidence interval of an AUC from the class sizes alone (J. A. Hanley and B. J. McNeil, Radiology 143,
/// 1982), clipped to 0 to 1.
fn hanley_mcneil(auc: f64, films: Counts) -> [f64; 2] {
    let (positives, negatives) = (films.pneumonia as f64, films.normal as f64);
    // Probabilities that two films with pneumonia rank above one normal film, and one above two normal films.
    let (both, above_both) = (auc / (2.0 - auc), 2.0 * auc * auc / (1.0 + auc));
    let variance = auc * (1.0 - auc)
        + (positives - 1.0) * (both - auc * auc)
        + (negatives - 1.0) * (above_both - auc * auc);
    let reach = 1.96 * (variance / (positives * negatives)).sqrt();
    [(auc - reach).max(0.0), (auc + reach).min(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 5e-4
    }

    #[test]
    fn the_interval_of_an_auc_is_hanley_and_mcneils() {
        // Their example: an AUC of 0.893 for 51 patients with and 58 without disease has a standard error of 0.032.
        let films = Counts {
            normal: 58,
            pneumonia: 51,
        };
        let [low, high] = hanley_mcneil(0.893, films);
        assert!(close((high - low) / (2.0 * 1.96), 0.0323), "{low} {high}");
        assert_eq!(hanley_mcneil(1.0, films), [1.0, 1.0]);
    }

    #[test]
    fn shares_and_intervals_follow_from_the_counts() {
        let text = r#"{"threshold": 0.5, "true_positives": 380, "false_positives": 39, "true_negatives": 195,
            "false_negatives": 10, "auc": 0.968, "skipped": 0}"#;
        let measured = || serde_json::from_str::<Measured>(text).unwrap();
        let result = measured().result(Some("test films".into())).unwrap();
        assert!(close(result.accuracy, 0.9215) && close(result.specificity, 0.8333));
        assert!(
            close(result.accuracy_ci[0], 0.8977),
            "{:?}",
            result.accuracy_ci
        );
        assert_eq!((result.films.normal, result.films.pneumonia), (234, 390));
        let error = measured().result(None).unwrap_err().to_string();
        assert!(error.contains("--source"), "{error}");
        let of_one_class = Measured {
            true_negatives: 0,
            false_positives: 0,
            ..measured()
        };
        assert!(of_one_class.result(Some("test films".into())).is_err());
    }
}
