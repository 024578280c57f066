//! One worker of the `pool`, for as long as the page is open: started, given one task after the other, and restarted
//! when it dies.

use super::ReaderContext;
use super::pool_worker::PoolWorker;
use super::task::WorkerEvent;
use crate::ui::workers::{Died, WorkerResources};
use futures::channel::mpsc;
use leptos::prelude::*;
use std::rc::Rc;

/// A worker that dies this many times without working on a task in between is not restarted. Each worker counts its own
/// deaths: the success of others says nothing about this one, nor do its deaths about them.
const MAX_DEATHS: u32 = 3;

/// Performs the tasks that the pool hands over, until the pool ends or restarting the worker is pointless.
pub async fn keep_working(
    context: ReaderContext,
    resources: Rc<WorkerResources>,
    pool: mpsc::UnboundedSender<WorkerEvent>,
) {
    // Fails only when the pool has ended: with its last worker, or because of other weights.
    let tell = |event| drop(pool.unbounded_send(event));
    let mut deaths = 0;
    loop {
        let was_ready = match resources.start().await {
            Ok(Ok((link, model))) => {
                tell(WorkerEvent::Ready(model));
                let mut worker = PoolWorker {
                    context,
                    resources: &resources,
                    pool: &pool,
                    link,
                };
                let Died(reason) = worker.work(&mut deaths).await;
                if pool.is_closed() {
                    return;
                }
                leptos::logging::warn!("a worker stopped: {reason}");
                tell(WorkerEvent::Died);
                true
            }
            Ok(Err(weights_refused)) => {
                return tell(WorkerEvent::GaveUp(weights_refused.join(" ")));
            }
            Err(Died(reason)) => {
                leptos::logging::warn!("a worker did not start: {reason}");
                false
            }
        };
        deaths += 1;
        if deaths >= MAX_DEATHS {
            return tell(WorkerEvent::GaveUp(
                "The reader stopped several times in a row and was not started again. \
                 Try again; if it goes on, use another browser or computer."
                    .into(),
            ));
        }
        if was_ready {
            context.service.restarts.update(|restarts| *restarts += 1);
        }
    }
}
