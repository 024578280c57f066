//! Keeps the reader there for as long as the page is open: loads what it needs, lets the `pool` read, and starts
//! over when the visitor wishes to try again or brings other weights.

use crate::ui::download::{Meter, Progress, READER_FILES, download, download_program};
use crate::ui::pool::{End, Queue, serve};
use crate::ui::room::{Phase, Room};
use crate::ui::weights_choice::Trial;
use crate::ui::worker_link::{RunningWorker, WorkerProgram, WorkerScript};
use crate::ui::worker_loop::Equipment;
use futures::StreamExt;
use futures::channel::mpsc::UnboundedReceiver;
use futures::try_join;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;

/// Runs for as long as the page is open.
pub async fn keep_reading(room: Room, mut queue: Queue, mut retries: UnboundedReceiver<()>) {
    loop {
        let failure = match load(room).await {
            Ok(equipment) => read_films(room, equipment, &mut queue).await,
            Err(sentence) => sentence,
        };
        room.phase.set(Phase::Failed(failure));
        if retries.next().await.is_none() {
            return;
        }
    }
}

/// Reads films with the shipped weights and with each others that are wished for, until that fails: why.
async fn read_films(room: Room, mut equipment: Equipment, queue: &mut Queue) -> String {
    let shipped = equipment.weights.clone();
    let (program, decoder) = (equipment.program.clone(), equipment.decoder.clone());
    loop {
        let equipped = Rc::new(equipment);
        room.lend(equipped.clone());
        let weights = match serve(room, equipped, queue).await {
            End::Failed(sentence) => {
                room.weights.trial.set(Trial::None);
                return sentence;
            }
            End::OtherWeights(weights) => weights,
        };
        let (name, weights) = match weights {
            Some((name, weights)) => (Some(name), weights),
            None => (None, shipped.clone()),
        };
        room.phase.set(Phase::Starting);
        room.weights.use_file(&room, name);
        room.read_all_again();
        equipment = Equipment {
            program: program.clone(),
            first_worker: Cell::default(),
            weights,
            decoder: decoder.clone(),
        };
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
        program: Rc::new(WorkerProgram { script, module }),
        first_worker: Cell::new(worker.ok()),
        weights,
        decoder: Rc::default(),
    })
}
