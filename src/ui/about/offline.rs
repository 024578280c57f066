//! Offline use: a service worker (site/service-worker.js) caches the page's files in this browser, and the page offers
//! a newer version when there is one. Neither file: URLs nor private windows have service workers; there the page works
//! as usual, with a connection.

use crate::ui::workers::READER_FILES;
use js_sys::Reflect;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};

/// Whether the page is cached for offline use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// The page itself is still loading, or its files are being cached.
    Begun,
    Kept,
    /// Cached, and so is a newer version, which takes over at the next start.
    Newer,
    /// Not cached: the browser does not support it, or a file could not be loaded.
    Not,
}

/// The page's service worker.
#[derive(Clone, Copy)]
pub struct Offline {
    pub keeping: RwSignal<Keeping>,
    /// A newer version was requested, but other tabs still run this one.
    pub other_tabs: RwSignal<bool>,
    registration: StoredValue<Option<ServiceWorkerRegistration>, LocalStorage>,
}

impl Offline {
    pub fn new() -> Self {
        Self {
            keeping: RwSignal::new(Keeping::Begun),
            other_tabs: RwSignal::new(false),
            registration: StoredValue::new_local(None),
        }
    }

    /// Caches the page. Called once its files have loaded, so that they are not requested from the server again.
    pub async fn keep(self) {
        if let Err(error) = self.register().await {
            leptos::logging::log!("The page is not kept for use without a network: {error:?}");
            self.keeping.set(Keeping::Not);
        }
    }

    async fn register(self) -> Result<(), JsValue> {
        // By reflection, since it may be missing, or forbidden by a sandbox.
        let container: ServiceWorkerContainer =
            Reflect::get(&window().navigator(), &"serviceWorker".into())?.dyn_into()?;
        let script = READER_FILES.with(|files| files.first().cloned());
        let build = script
            .as_deref()
            .unwrap_or_default()
            .trim_end_matches(".js");
        let address = format!("service-worker.js?build={build}");
        let registration: ServiceWorkerRegistration = JsFuture::from(container.register(&address))
            .await?
            .dyn_into()?;
        self.registration.set_value(Some(registration.clone()));
        self.listen(&container, registration);
        Ok(())
    }

    /// Tracks the service worker and its successors for as long as the page is open.
    fn listen(self, container: &ServiceWorkerContainer, registration: ServiceWorkerRegistration) {
        let look = Rc::new({
            let registration = registration.clone();
            move || self.keeping.set(keeping(&registration))
        });
        let changed = callback({
            let look = look.clone();
            move || look()
        });
        let found = callback({
            let registration = registration.clone();
            let changed = changed.clone();
            move || {
                if let Some(worker) = registration.installing() {
                    worker.set_onstatechange(Some(changed.unchecked_ref()));
                }
                look();
            }
        });
        registration.set_onupdatefound(Some(found.unchecked_ref()));
        // The first worker may have been found already.
        let _ = found
            .unchecked_ref::<js_sys::Function>()
            .call0(&JsValue::NULL);
        let refused = callback(move || self.other_tabs.set(true));
        container.set_onmessage(Some(refused.unchecked_ref()));
    }

    /// Reloads the page in its newer version, unless another tab still runs this one.
    pub fn take_newer(self) {
        self.other_tabs.set(false);
        let waiting = self
            .registration
            .with_value(|registration| registration.as_ref().and_then(|it| it.waiting()));
        let Some(waiting) = waiting else { return };
        let container = window().navigator().service_worker();
        let reload = callback(|| drop(window().location().reload()));
        container.set_oncontrollerchange(Some(reload.unchecked_ref()));
        // Fails only for values that cannot be cloned.
        let _ = waiting.post_message(&"take over".into());
    }
}

/// A listener that lives as long as the page.
fn callback(listener: impl FnMut() + 'static) -> JsValue {
    Closure::<dyn FnMut()>::new(listener).into_js_value()
}

fn keeping(registration: &ServiceWorkerRegistration) -> Keeping {
    let kept = registration.active().is_some();
    match registration.waiting() {
        Some(_) if kept => Keeping::Newer,
        None if kept => Keeping::Kept,
        None if registration.installing().is_none() => Keeping::Not,
        _ => Keeping::Begun,
    }
}
