//! The training history, as CSV and learning curves.

use std::path::Path;

use anyhow::Result;
use pneumonia_cnn::svg::{Chart, Layout, Series, to_svg};
use serde::{Deserialize, Serialize};

use crate::data::files::write_atomically;

/// One epoch. Losses are mean binary cross-entropies; accuracies (at a threshold of 0.5) and the AUC range from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// From 1.
    pub epoch: usize,
    /// In training mode, averaged over the epoch while the weights change, as Keras reports it.
    pub loss: f64,
    pub accuracy: f64,
    pub validation_loss: f64,
    pub validation_accuracy: f64,
    pub validation_auc: f64,
}

/// Writes `history.csv` and `curves.svg` into the folder `run`.
pub fn write(run: &Path, history: &[Epoch]) -> Result<()> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for epoch in history {
        csv.serialize(epoch)?;
    }
    write_atomically(&run.join("history.csv"), &csv.into_inner()?)?;
    write_atomically(&run.join("curves.svg"), curves(history).as_bytes())
}

fn curves(history: &[Epoch]) -> String {
    let series = |name: &str, value: fn(&Epoch) -> f64| Series {
        name: name.into(),
        points: history
            .iter()
            .map(|epoch| (epoch.epoch as f64, value(epoch)))
            .collect(),
        band: Vec::new(),
    };
    let chart = |title: &str, y_label: &str, series| Chart {
        title: title.into(),
        x_label: "epoch".into(),
        y_label: y_label.into(),
        series,
        mark: None,
        layout: Layout::WIDE,
    };
    to_svg(&[
        chart(
            "Loss",
            "binary cross-entropy",
            vec![
                series("training (on changed films)", |epoch| epoch.loss),
                series("validation", |epoch| epoch.validation_loss),
            ],
        ),
        chart(
            "Accuracy and AUC",
            "share",
            vec![
                series("training accuracy (on changed films)", |epoch| {
                    epoch.accuracy
                }),
                series("validation accuracy", |epoch| epoch.validation_accuracy),
                series("validation AUC", |epoch| epoch.validation_auc),
            ],
        ),
    ])
}
