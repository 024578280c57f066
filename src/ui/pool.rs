//! The pool of workers: hands films out in the order of their choice, each to the next free worker, and adds
//! workers while films wait.

use crate::ui::room::{Order, Phase, Room};
use crate::ui::worker_loop::{Equipment, News, Vacancy, keep_working};
use futures::StreamExt;
use futures::channel::mpsc;
use futures::stream::select;
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

/// Films that were chosen. Outlives every pool: what one leaves waiting, the next one reads.
pub struct Queue {
    chosen: mpsc::UnboundedReceiver<Order>,
    /// Those that no worker was free for. Their bytes are still in their files.
    waiting: VecDeque<Order>,
}

impl Queue {
    pub fn new(chosen: mpsc::UnboundedReceiver<Order>) -> Self {
        Self {
            chosen,
            waiting: VecDeque::new(),
        }
    }
}

/// What the pool acts on.
enum Event {
    Chosen(Order),
    Worker(News),
}

/// Reads films until no worker is left, and says why none is started any more.
pub async fn serve(room: Room, equipment: Equipment, queue: &mut Queue) -> String {
    let (tell, news) = mpsc::unbounded();
    let mut pool = Pool {
        room,
        equipment: Rc::new(equipment),
        tell,
        waiting: &mut queue.waiting,
        vacancies: VecDeque::new(),
        ready: 0,
        starting: 0,
        started: 0,
    };
    let mut events = select(
        news.map(Event::Worker),
        (&mut queue.chosen).map(Event::Chosen),
    );
    pool.start_worker();
    while let Some(event) = events.next().await {
        match event {
            Event::Chosen(order) => {
                // A film that is read again is looked at: it does not wait behind thousands.
                match order.is_again() {
                    true => pool.waiting.push_front(order),
                    false => pool.waiting.push_back(order),
                }
                pool.hand_out();
            }
            Event::Worker(News::Ready(model)) => {
                pool.starting -= 1;
                pool.ready += 1;
                pool.room.phase.set(Phase::Ready(model));
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
                    return sentence;
                }
            }
        }
    }
    "The reader has ended. Reload the page to go on.".into()
}

struct Pool<'a> {
    room: Room,
    equipment: Rc<Equipment>,
    /// For the workers to tell their news.
    tell: mpsc::UnboundedSender<News>,
    waiting: &'a mut VecDeque<Order>,
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
        spawn_local(async move {
            if let Err(sentence) = decoder.load().await {
                leptos::logging::warn!("{sentence}");
            }
        });
    }

    /// Hands films out for as long as one waits and a worker is free, and starts workers for those that still
    /// wait then. Films that were removed while they waited are dropped here, unread.
    fn hand_out(&mut self) {
        while let Some(order) = self.waiting.pop_front() {
            if !self.room.wants(&order.film) {
                continue;
            }
            if let Err(order) = self.give(order) {
                self.waiting.push_front(order);
                return self.grow();
            }
        }
    }

    /// Gives a film to the next free worker, or back if none is free.
    fn give(&mut self, mut order: Order) -> Result<(), Order> {
        while let Some(vacancy) = self.vacancies.pop_front() {
            match vacancy.send(order) {
                Ok(()) => return Ok(()),
                // This worker died while it was free; it tells of a new vacancy when it is back.
                Err(returned) => order = returned,
            }
        }
        Err(order)
    }

    /// Starts a worker for each film that waits, up to the most there may be. Not before the first is ready:
    /// until then nobody knows whether program and weights are of any use.
    fn grow(&mut self) {
        let most = most_workers();
        if self.ready == 0 || self.started == most {
            return;
        }
        let room = self.room;
        self.waiting.retain(|order| room.wants(&order.film));
        while self.started < most && self.starting < self.waiting.len() {
            self.start_worker();
        }
    }
}
