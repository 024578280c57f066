//! The pool of workers: hands films out in the order of their choice, each to the next free worker, and adds
//! workers while films wait.

use crate::ui::room::{Film, Phase, Room};
use crate::ui::weights_choice::{Wish, try_out};
use crate::ui::worker_loop::{Equipment, News, Vacancy, keep_working};
use futures::StreamExt;
use futures::channel::mpsc;
use futures::stream::select;
use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Each worker has its own copy of the network, and of the film while it reads it: more than this would ask for
/// more memory than the wait is worth.
const MOST_WORKERS: usize = 8;

#[wasm_bindgen]
extern "C" {
    /// How many threads the machine runs at once, where the browser tells.
    #[wasm_bindgen(thread_local_v2, js_namespace = navigator, js_name = hardwareConcurrency)]
    static HARDWARE_CONCURRENCY: Option<f64>;
}

fn most_workers() -> usize {
    let cores = HARDWARE_CONCURRENCY.with(|cores| cores.unwrap_or(1.0));
    (cores as usize).clamp(1, MOST_WORKERS)
}

/// What a visitor chose: films, and the weights to read them with. Outlives every pool: what one leaves waiting, the
/// next one reads.
pub struct Queue {
    chosen: mpsc::UnboundedReceiver<Film>,
    wishes: mpsc::UnboundedReceiver<Wish>,
    /// Those that no worker was free for. Their bytes are still in their files.
    waiting: VecDeque<Film>,
}

impl Queue {
    pub fn new(
        chosen: mpsc::UnboundedReceiver<Film>,
        wishes: mpsc::UnboundedReceiver<Wish>,
    ) -> Self {
        Self {
            chosen,
            wishes,
            waiting: VecDeque::new(),
        }
    }
}

/// What the pool acts on.
enum Event {
    Chosen(Film),
    Wish(Wish),
    /// A weights file by its name, and whether it can be used.
    TriedOut(String, Result<Uint8Array, Vec<String>>),
    Worker(News),
}

/// Why a pool reads no more.
pub enum End {
    /// No worker is left, and none is started any more: why.
    Failed(String),
    /// Films are to be read with other weights: those of a file, by its name, or the shipped ones.
    OtherWeights(Option<(String, Uint8Array)>),
}

/// Reads films until no worker is left, or other weights are wished for.
pub async fn serve(room: Room, equipment: Rc<Equipment>, queue: &mut Queue) -> End {
    let (tell, news) = mpsc::unbounded();
    let (tell_trial, trials) = mpsc::unbounded();
    let mut pool = Pool {
        room,
        equipment,
        tell,
        waiting: &mut queue.waiting,
        vacancies: VecDeque::new(),
        ready: 0,
        starting: 0,
        started: 0,
    };
    let mut events = select(
        select(news.map(Event::Worker), trials),
        select(
            (&mut queue.chosen).map(Event::Chosen),
            (&mut queue.wishes).map(Event::Wish),
        ),
    );
    pool.start_worker();
    while let Some(event) = events.next().await {
        match event {
            Event::Chosen(film) => {
                // A film that is read again is looked at: it does not wait behind thousands.
                match film.is_answered() {
                    true => pool.waiting.push_front(film),
                    false => pool.waiting.push_back(film),
                }
                pool.hand_out();
            }
            Event::Wish(Wish::Shipped) => return End::OtherWeights(None),
            Event::Wish(Wish::File(file)) => {
                let (equipment, tell) = (pool.equipment.clone(), tell_trial.clone());
                spawn_local(async move {
                    let outcome = try_out(&equipment.program, &file.file).await;
                    // Fails only when the pool has ended meanwhile.
                    let _ = tell.unbounded_send(Event::TriedOut(file.name, outcome));
                });
            }
            Event::TriedOut(name, Ok(weights)) => return End::OtherWeights(Some((name, weights))),
            Event::TriedOut(name, Err(sentences)) => room.weights.refuse(&room, name, sentences),
            Event::Worker(News::Ready(model)) => {
                pool.starting -= 1;
                pool.ready += 1;
                pool.room.terms.judge_by(model);
                pool.room.phase.set(Phase::Ready);
                pool.load_decoder();
            }
            Event::Worker(News::Free(vacancy)) => {
                pool.vacancies.push_back(vacancy);
                pool.hand_out();
            }
            Event::Worker(News::Died) => {
                pool.ready -= 1;
                pool.starting += 1;
                if pool.ready == 0 {
                    pool.room.phase.set(Phase::Starting);
                }
            }
            Event::Worker(News::GaveUp(sentence)) => {
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
    room: Room,
    equipment: Rc<Equipment>,
    /// For the workers to tell their news.
    tell: mpsc::UnboundedSender<News>,
    waiting: &'a mut VecDeque<Film>,
    /// Of the free workers, the one that waits longest first.
    vacancies: VecDeque<Vacancy>,
    /// Workers that have their weights.
    ready: usize,
    /// Workers on the way there, for the first time or again.
    starting: usize,
    /// Workers there ever were, those included that gave up: they leave no room for others, since those would
    /// do no better.
    started: usize,
}

impl Pool<'_> {
    fn start_worker(&mut self) {
        self.starting += 1;
        self.started += 1;
        spawn_local(keep_working(
            self.room,
            self.equipment.clone(),
            self.tell.clone(),
        ));
    }

    /// Loads what the first film of a rare format needs, while there is still a connection; the films read now
    /// need none of it. Once there, nothing more is loaded.
    fn load_decoder(&self) {
        let decoder = self.equipment.decoder.clone();
        let room = self.room;
        spawn_local(async move {
            if let Some(annex) = room.annex.enter().await
                && let Err(sentence) = (annex.load_decoder)(decoder).await
            {
                leptos::logging::warn!("{sentence}");
            }
            room.decoder_settled.set(true);
        });
    }

    /// Hands films out for as long as one waits and a worker is free, and starts workers for those that still
    /// wait then. Films that were removed while they waited are dropped here, unread.
    fn hand_out(&mut self) {
        while let Some(film) = self.waiting.pop_front() {
            if !self.room.wants(&film) {
                continue;
            }
            if let Err(film) = self.give(film) {
                self.waiting.push_front(film);
                return self.grow();
            }
        }
    }

    /// Gives a film to the next free worker, or back if none is free.
    fn give(&mut self, mut film: Film) -> Result<(), Film> {
        while let Some(vacancy) = self.vacancies.pop_front() {
            match vacancy.send(film) {
                Ok(()) => return Ok(()),
                // This worker died while it was free; it tells of a new vacancy when it is back.
                Err(returned) => film = returned,
            }
        }
        Err(film)
    }

    /// Starts a worker for each film that waits, up to the most there may be. Not before the first is ready:
    /// until then nobody knows whether program and weights are of any use.
    fn grow(&mut self) {
        let most = most_workers();
        if self.ready == 0 || self.started == most {
            return;
        }
        let room = self.room;
        self.waiting.retain(|film| room.wants(film));
        while self.started < most && self.starting < self.waiting.len() {
            self.start_worker();
        }
    }
}
