//! Keeps the reader there for as long as the page is open: loads what it needs, lets the `pool` read, and starts
//! over when the visitor wishes to try again.

use crate::ui::download::{Progress, download_all};
use crate::ui::pool::{Queue, serve};
use crate::ui::room::{Order, Phase, Room};
use crate::ui::worker_build::{self, WorkerBuild};
use crate::ui::worker_link::WorkerProgram;
use crate::ui::worker_loop::Equipment;
use futures::StreamExt;
use futures::channel::mpsc::UnboundedReceiver;
use leptos::prelude::*;

const WEIGHTS: &str = "pneumonia-cnn.safetensors";

/// Runs for as long as the page is open.
pub async fn keep_reading(
    room: Room,
    orders: UnboundedReceiver<Order>,
    mut retries: UnboundedReceiver<()>,
) {
    let mut queue = Queue::new(orders);
    loop {
        let failure = match load(room).await {
            Ok(equipment) => serve(room, equipment, &mut queue).await,
            Err(sentence) => sentence,
        };
        room.phase.set(Phase::Failed(failure));
        if retries.next().await.is_none() {
            return;
        }
    }
}

async fn load(room: Room) -> Result<Equipment, String> {
    let show = |Progress { loaded, total }| room.phase.set(Phase::Loading { loaded, total });
    show(Progress::default());
    let WorkerBuild { script, wasm } = worker_build::for_this_browser();
    let files = download_all(&[script, wasm, WEIGHTS], show)
        .await
        .map_err(|error| error.to_string())?;
    room.phase.set(Phase::Starting);
    let [script, wasm, weights] = files.as_slice() else {
        return Err("The page's files did not all arrive. Try again.".into());
    };
    let program = WorkerProgram::new(script, wasm).await.map_err(|error| {
        leptos::logging::error!("the worker's program cannot be used: {error:?}");
        "The program that reads films is damaged. Try again later.".to_string()
    })?;
    Ok(Equipment {
        program,
        weights: weights.clone(),
    })
}
