//! The pool of workers: hands out films in the order in which they were chosen, each to the next free worker, and adds
//! workers while films are waiting.

use super::task::{FreeWorker, Task, WorkerEvent};
use super::worker_loop::keep_working;
use super::{Phase, ReaderContext};
use crate::ui::preferences::WeightsRequest;
use crate::ui::workers::{WorkerResources, try_weights};
use futures::StreamExt;
use futures::channel::mpsc;
use futures::stream::select;
use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Each worker has its own copy of the network and of the film that it is reading: more workers than this would take
/// more memory than the time saved is worth.
const MAX_WORKERS: usize = 8;

#[wasm_bindgen]
extern "C" {
    /// How many threads the machine can run at once, if the browser says so.
    #[wasm_bindgen(thread_local_v2, js_namespace = navigator, js_name = hardwareConcurrency)]
    static HARDWARE_CONCURRENCY: Option<f64>;
}

fn most_workers() -> usize {
    let cores = HARDWARE_CONCURRENCY.with(|cores| cores.unwrap_or(1.0));
    (cores as usize).clamp(1, MAX_WORKERS)
}

/// What a visitor asks for: work on films, and the weights to read them with. Outlives each pool: the next one takes
/// over the waiting tasks.
pub struct Queue {
    tasks: mpsc::UnboundedReceiver<Task>,
    requests: mpsc::UnboundedReceiver<WeightsRequest>,
    /// Tasks for which no worker was free.
    waiting: VecDeque<Task>,
}

impl Queue {
    pub fn new(
        tasks: mpsc::UnboundedReceiver<Task>,
        requests: mpsc::UnboundedReceiver<WeightsRequest>,
    ) -> Self {
        Self {
            tasks,
            requests,
            waiting: VecDeque::new(),
        }
    }
}

/// What the pool reacts to.
enum Event {
    Task(Task),
    Weights(WeightsRequest),
    /// The name of a weights file, with its bytes or why they can't be used.
    TriedOut(String, Result<Uint8Array, Vec<String>>),
    Worker(WorkerEvent),
}

/// Why a pool stopped reading.
pub enum End {
    /// No worker is left and no more are started; says why.
    Failed(String),
    /// Films are to be read with other weights: those of the named file, or the shipped ones.
    OtherWeights(Option<(String, Uint8Array)>),
}

/// Reads films until no worker is left or other weights are requested.
pub async fn serve(
    context: ReaderContext,
    resources: Rc<WorkerResources>,
    queue: &mut Queue,
) -> End {
    let (tell, worker_events) = mpsc::unbounded();
    let (tell_trial, trials) = mpsc::unbounded();
    let mut pool = Pool {
        context,
        resources,
        tell,
        waiting: &mut queue.waiting,
        free: VecDeque::new(),
        ready: 0,
        starting: 0,
        started: 0,
    };
    let mut events = select(
        select(worker_events.map(Event::Worker), trials),
        select(
            (&mut queue.tasks).map(Event::Task),
            (&mut queue.requests).map(Event::Weights),
        ),
    );
    pool.start_worker();
    while let Some(event) = events.next().await {
        match event {
            Event::Task(task) => {
                match task.is_urgent() {
                    true => pool.waiting.push_front(task),
                    false => pool.waiting.push_back(task),
                }
                pool.hand_out();
            }
            Event::Weights(WeightsRequest::Shipped) => return End::OtherWeights(None),
            Event::Weights(WeightsRequest::File(file)) => {
                let (resources, tell) = (pool.resources.clone(), tell_trial.clone());
                spawn_local(async move {
                    let outcome = try_weights(&resources.program, &file.file).await;
                    // Fails only when the pool has ended in the meantime.
                    let _ = tell.unbounded_send(Event::TriedOut(file.name, outcome));
                });
            }
            Event::TriedOut(name, Ok(weights)) => return End::OtherWeights(Some((name, weights))),
            Event::TriedOut(name, Err(sentences)) => {
                context.weights.refuse(context.announcer, name, sentences)
            }
            Event::Worker(WorkerEvent::Ready(model)) => {
                pool.starting -= 1;
                pool.ready += 1;
                context.preferences.use_model(model);
                context.service.phase.set(Phase::Ready);
                pool.load_all_formats();
            }
            Event::Worker(WorkerEvent::Free(worker)) => {
                pool.free.push_back(worker);
                pool.hand_out();
            }
            Event::Worker(WorkerEvent::Died) => {
                pool.ready -= 1;
                pool.starting += 1;
                if pool.ready == 0 {
                    context.service.phase.set(Phase::Starting);
                }
            }
            Event::Worker(WorkerEvent::GaveUp(sentence)) => {
                pool.starting -= 1;
                if pool.ready + pool.starting == 0 {
                    return End::Failed(sentence);
                }
            }
        }
    }
    End::Failed("The reader has ended. Reload the page to go on.".into())
}

struct Pool<'a> {
    context: ReaderContext,
    resources: Rc<WorkerResources>,
    /// Where the workers report what happens to them.
    tell: mpsc::UnboundedSender<WorkerEvent>,
    waiting: &'a mut VecDeque<Task>,
    /// Free workers, the one that has waited longest first.
    free: VecDeque<FreeWorker>,
    /// Workers that have their weights.
    ready: usize,
    /// Workers that are starting, for the first time or again.
    starting: usize,
    /// Workers ever started, including those that gave up: these are not replaced, since others would do no better.
    started: usize,
}

impl Pool<'_> {
    fn start_worker(&mut self) {
        self.starting += 1;
        self.started += 1;
        spawn_local(keep_working(
            self.context,
            self.resources.clone(),
            self.tell.clone(),
        ));
    }

    /// Loads what films of rare formats need, while there is still a connection, but after the deferred parts, which
    /// every film needs. Once that is loaded, this loads nothing more.
    fn load_all_formats(&self) {
        let program = self.resources.all_formats.clone();
        let ReaderContext {
            deferred, service, ..
        } = self.context;
        spawn_local(async move {
            let _ = deferred.load().await;
            if let Err(sentence) = program.load().await {
                leptos::logging::warn!("{sentence}");
            }
            service.all_formats_settled.set(true);
        });
    }

    /// Hands out tasks for as long as one is waiting and a worker is free, then starts workers for the remaining ones.
    /// Films that were removed while waiting are dropped here, unread.
    fn hand_out(&mut self) {
        while let Some(task) = self.waiting.pop_front() {
            if !task.is_wanted(self.context.films) {
                continue;
            }
            if let Err(task) = self.give(task) {
                self.waiting.push_front(task);
                return self.grow();
            }
        }
    }

    /// Gives a task to the next free worker, or returns it if none is free.
    fn give(&mut self, mut task: Task) -> Result<(), Task> {
        while let Some(worker) = self.free.pop_front() {
            match worker.send(task) {
                Ok(()) => return Ok(()),
                // This worker died while it was free; it reports when it is free again.
                Err(returned) => task = returned,
            }
        }
        Err(task)
    }

    /// Starts a worker for each waiting task, up to the maximum. Not before the first is ready: until then it is
    /// unknown whether program and weights work.
    fn grow(&mut self) {
        let most = most_workers();
        if self.ready == 0 || self.started == most {
            return;
        }
        let films = self.context.films;
        self.waiting.retain(|task| task.is_wanted(films));
        while self.started < most && self.starting < self.waiting.len() {
            self.start_worker();
        }
    }
}
