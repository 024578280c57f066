//! A worker of the pool that has loaded its weights, and the tasks that it performs.

use super::ReaderContext;
use super::sentences;
use super::task::{Task, WorkerEvent};
use crate::page::film::FilmState;
use crate::reading::heat_map::PLACES;
use crate::ui::films::Film;
use crate::ui::workers::{Died, WorkerLink, WorkerResources, unexpected_answer};
use crate::worker::answers::FilmReading;
use crate::worker::messages::{FromWorker, ToWorker};
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, select};
use js_sys::Float32Array;
use leptos::prelude::*;
use std::pin::pin;
use std::sync::Arc;

/// Share of a wide window's width that a card's picture takes.
const CARD_SHARE: f64 = 0.6;
/// Its width in a narrow window, in CSS pixels.
const NARROW: f64 = 640.0;
/// Maximum length of the longer side of a card's picture, in pixels. A viewer in use gets the whole film.
const LARGEST_PICTURE: f64 = 1024.0;

pub struct PoolWorker<'a> {
    pub context: ReaderContext,
    pub resources: &'a WorkerResources,
    pub pool: &'a mpsc::UnboundedSender<WorkerEvent>,
    pub link: WorkerLink,
}

impl PoolWorker<'_> {
    /// Does one task after the other until the worker dies or the pool ends. `deaths` is reset after each task.
    pub async fn work(&mut self, deaths: &mut u32) -> Died {
        loop {
            let (free, handed) = oneshot::channel();
            let _ = self.pool.unbounded_send(WorkerEvent::Free(free));
            // The task is polled first: one that has been handed over must not be lost with the worker.
            let task = match select(handed, pin!(self.link.next())).await {
                Either::Left((Ok(task), _)) => task,
                Either::Left((Err(_), _)) => return pool_ended(),
                Either::Right((Ok(_), _)) => return unexpected_answer(),
                Either::Right((Err(death), _)) => return death,
            };
            let done = self.perform(task).await;
            *deaths = 0;
            if let Err(death) = done {
                return death;
            }
        }
    }

    async fn perform(&mut self, task: Task) -> Result<(), Died> {
        match task {
            Task::Read(film) => self.read(&film).await,
            Task::Show(film) => self.show(&film).await,
            Task::FullDepth(file, answer) => {
                let question = ToWorker::FullDepth(file);
                let film = self.ask_about_file(&question, |answer| match answer {
                    FromWorker::FullDepth(film) => Some(film),
                    _ => None,
                });
                // Fails only when nobody is waiting for it any more.
                let _ = answer.send(film.await?);
                Ok(())
            }
            Task::HeatMap(input, rows) => self.heat_map(&input, &rows).await,
        }
    }

    async fn read(&mut self, film: &Film) -> Result<(), Died> {
        let Some(file) = film.file.clone() else {
            return Ok(());
        };
        let films = self.context.films;
        films.set_state(film, FilmState::Reading);
        let side = film.lacks_pictures().then(picture_side);
        let question = ToWorker::Read { file, side };
        let answer = self.ask_about_file(&question, |answer| match answer {
            FromWorker::Read { reading, pictures } => Some((reading, pictures)),
            _ => None,
        });
        let answer = answer.await;
        if self.pool.is_closed() {
            // The film waits for the next pool, which reads it with other weights.
            return Err(pool_ended());
        }
        match answer {
            Ok(Ok((reading, pictures))) => {
                let judged = reading.unassessable.is_none();
                if let Some(pictures) = pictures {
                    films.show(film, pictures);
                }
                self.finish(film, Ok(reading));
                if judged {
                    self.read_changed(film).await?;
                }
                Ok(())
            }
            Ok(Err(sentence)) => {
                self.finish(film, Err(sentence));
                Ok(())
            }
            Err(death) => {
                self.finish(film, Err(Died::ON_A_FILM.into()));
                Err(death)
            }
        }
    }

    /// Shows and announces the result of reading a film.
    fn finish(&self, film: &Film, result: Result<FilmReading, String>) {
        let ReaderContext {
            films,
            announcer,
            preferences,
            ..
        } = self.context;
        if !films.holds(film) {
            return;
        }
        let sentence = sentences::of_film(preferences, film, &result);
        films.set_state(
            film,
            match result {
                Ok(reading) => FilmState::Read(Arc::new(reading)),
                Err(sentence) => FilmState::Failed(sentence),
            },
        );
        let tally = films.tally.get_untracked();
        if !untrack(|| films.is_many()) {
            announcer.say(sentence);
        } else if tally.is_milestone() {
            // Nobody can listen to thousands of answers.
            announcer.say(format!(
                "{} of {} films are read.",
                tally.finished,
                tally.total()
            ));
        }
    }

    /// Reads the film's changed copies, after its answer has been shown.
    async fn read_changed(&mut self, film: &Film) -> Result<(), Died> {
        let ReaderContext {
            films,
            preferences,
            announcer,
            ..
        } = self.context;
        let FromWorker::Changed(changed) = self.link.ask(&ToWorker::Changes).await? else {
            return Err(unexpected_answer());
        };
        film.changed.set(changed);
        if !untrack(|| films.is_many())
            && films.holds(film)
            && let Some(sentence) = sentences::of_changes(preferences, film)
        {
            announcer.say(sentence);
        }
        Ok(())
    }

    async fn show(&mut self, film: &Film) -> Result<(), Died> {
        let Some(file) = film.file.clone() else {
            return Ok(());
        };
        let side = picture_side();
        let question = ToWorker::Pictures { file, side };
        let pictures = self.ask_about_file(&question, |answer| match answer {
            FromWorker::Pictures(pictures) => Some(pictures),
            _ => None,
        });
        match pictures.await? {
            Ok(pictures) => self.context.films.show(film, pictures),
            // The film was read before, so its file must be gone by now: the answer stays, with its thumbnail.
            Err(sentence) => leptos::logging::warn!("{}: {sentence}", film.name),
        }
        Ok(())
    }

    async fn heat_map(
        &mut self,
        input: &Float32Array,
        rows: &mpsc::UnboundedSender<Vec<f32>>,
    ) -> Result<(), Died> {
        for row in 0..PLACES as u32 {
            let input = input.clone();
            let question = ToWorker::Cover { input, row };
            let FromWorker::Covered(falls) = self.link.ask(&question).await? else {
                return Err(unexpected_answer());
            };
            if rows.unbounded_send(falls).is_err() {
                // It was cancelled.
                break;
            }
        }
        Ok(())
    }

    /// Asks about a film's file. Returns what `expected` makes of the worker's answer, or a sentence for the visitor.
    /// The first file that needs it makes this replace the worker by one that reads all formats.
    async fn ask_about_file<Answer>(
        &mut self,
        question: &ToWorker,
        expected: impl Fn(FromWorker) -> Option<Answer>,
    ) -> Result<Result<Answer, String>, Died> {
        let mut answer = self.link.ask(question).await?;
        if let FromWorker::NeedsAllFormats = answer {
            match self.resources.all_formats.load().await {
                Ok(program) => {
                    self.link = self.resources.start_for_all_formats(&program).await?;
                    answer = self.link.ask(question).await?;
                }
                Err(sentence) => return Ok(Err(sentence)),
            }
        }
        match answer {
            FromWorker::Refused(sentence) => Ok(Err(sentence)),
            answer => expected(answer).map(Ok).ok_or_else(unexpected_answer),
        }
    }
}

fn pool_ended() -> Died {
    Died("the pool has ended".into())
}

/// Longer side of a card's picture as it is shown in this window, in device pixels.
fn picture_side() -> u32 {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    let shown = width.unwrap_or(NARROW) * CARD_SHARE;
    (shown.max(NARROW) * window().device_pixel_ratio()).min(LARGEST_PICTURE) as u32
}
