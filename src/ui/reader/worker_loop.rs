//! One worker of the `pool`, for as long as the page is open: started, handed one task after the other, and started
//! again when it dies.

use super::ReaderContext;
use super::pool_worker::PoolWorker;
use super::task::Task;
use crate::ui::workers::{Died, WorkerResources};
use crate::worker::answers::Model;
use futures::channel::{mpsc, oneshot};
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;

/// A worker that dies this often without reading a film between will not do better the next time. Each counts
/// its own deaths: the films that others read meanwhile say nothing of this one, nor do its deaths of them.
const MOST_DEATHS: u32 = 3;

/// Hands one task to the free worker that made it; gives the task back if that worker died meanwhile.
pub type FreeWorker = oneshot::Sender<Task>;

/// What a worker tells the pool.
pub enum WorkerEvent {
    /// It has its weights.
    Ready(Arc<Model>),
    /// It waits for a task.
    Free(FreeWorker),
    /// It is not ready any more: it died.
    Died,
    /// It is not started any more: why, as a sentence for the visitor.
    GaveUp(String),
}

/// Does the tasks that the pool hands over, until the pool ends or starting a worker once more would be no use.
pub async fn keep_working(
    context: ReaderContext,
    resources: Rc<WorkerResources>,
    pool: mpsc::UnboundedSender<WorkerEvent>,
) {
    // Fails only when the pool has ended: with its last worker, or for other weights.
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
        if deaths >= MOST_DEATHS {
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
