//! Loads what workers need, runs the `pool`, and starts over when the visitor retries or brings other weights.

use super::pool::{End, Queue, serve};
use super::{Phase, ReaderContext, ReaderService};
use crate::ui::preferences::Trial;
use crate::ui::workers::{
    DownloadProgress, Meter, READER_FILES, RunningWorker, WorkerProgram, WorkerResources,
    WorkerScript, download, download_program,
};
use futures::StreamExt;
use futures::channel::mpsc::UnboundedReceiver;
use futures::try_join;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;

/// Runs for as long as the page is open.
pub async fn keep_reading(
    context: ReaderContext,
    mut queue: Queue,
    mut retries: UnboundedReceiver<()>,
) {
    loop {
        let failure = match load(context.service).await {
            Ok(resources) => read_films(context, resources, &mut queue).await,
            Err(sentence) => sentence,
        };
        context.service.phase.set(Phase::Failed(failure));
        if retries.next().await.is_none() {
            return;
        }
    }
}

/// Reads films with the shipped weights, then with any others requested, until that fails; returns why.
async fn read_films(
    context: ReaderContext,
    mut resources: WorkerResources,
    queue: &mut Queue,
) -> String {
    let ReaderContext {
        films,
        service,
        weights: choice,
        announcer,
        ..
    } = context;
    let shipped = resources.weights.clone();
    let (program, all_formats) = (resources.program.clone(), resources.all_formats.clone());
    loop {
        let weights = match serve(context, Rc::new(resources), queue).await {
            End::Failed(sentence) => {
                choice.trial.set(Trial::None);
                return sentence;
            }
            End::OtherWeights(weights) => weights,
        };
        let (name, weights) = match weights {
            Some((name, weights)) => (Some(name), weights),
            None => (None, shipped.clone()),
        };
        service.phase.set(Phase::Starting);
        choice.use_file(announcer, name);
        service.read(films.forget_answers());
        resources = WorkerResources {
            program: program.clone(),
            first_worker: Cell::default(),
            weights,
            all_formats: all_formats.clone(),
        };
    }
}

async fn load(service: ReaderService) -> Result<WorkerResources, String> {
    let show =
        |DownloadProgress { loaded, total }| service.phase.set(Phase::Loading { loaded, total });
    show(DownloadProgress::default());
    let files = READER_FILES.with(Clone::clone);
    let [script, wasm, weights] = files.as_slice() else {
        return Err("The page is damaged. Reload it.".into());
    };
    let meter = Meter::new(files.len(), &show);
    // The first worker starts while its program and the weights are still loading.
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
    service.phase.set(Phase::Starting);
    Ok(WorkerResources {
        program: Rc::new(WorkerProgram { script, module }),
        first_worker: Cell::new(worker.ok()),
        weights,
        all_formats: Rc::default(),
    })
}
