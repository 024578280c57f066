//! Keeps the reader there for as long as the page is open: loads what it needs, lets the `pool` read, and starts
//! over when the visitor wishes to try again.

use crate::ui::download::{Meter, Progress, READER_FILES, download, download_program};
use crate::ui::pool::{Queue, serve};
use crate::ui::room::{Order, Phase, Room};
use crate::ui::worker_link::{RunningWorker, WorkerProgram, WorkerScript};
use crate::ui::worker_loop::Equipment;
use futures::StreamExt;
use futures::channel::mpsc::UnboundedReceiver;
use futures::try_join;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;

/// Runs for as long as the page is open.
pub async fn keep_reading(
    room: Room,
    orders: UnboundedReceiver<Order>,
    mut retries: UnboundedReceiver<()>,
) {
    let mut queue = Queue::new(orders);
    loop {
        let failure = match load(room).await {
            Ok(equipment) => {
                let equipment = Rc::new(equipment);
                room.lend(equipment.clone());
                serve(room, equipment, &mut queue).await
            }
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
    let files = READER_FILES.with(Clone::clone);
    let [script, wasm, weights] = files.as_slice() else {
        return Err("The page is damaged. Reload it.".into());
    };
    let meter = Meter::new(files.len(), &show);
    // The first worker starts while its program and the weights are still on their way.
    let first_worker = async {
        let script = WorkerScript::load(script, &meter).await?;
        let worker = RunningWorker::start(&script);
        Ok((script, worker))
    };
    let ((script, worker), module, weights) = try_join!(
        first_worker,
        download_program(wasm, &meter),
        download(weights, &meter)
    )
    .map_err(|error| error.to_string())?;
    room.phase.set(Phase::Starting);
    Ok(Equipment {
        program: WorkerProgram { script, module },
        first_worker: Cell::new(worker.ok()),
        weights,
        decoder: Rc::default(),
    })
}
