//! Decodes films of rare formats: those that the workers that read cannot open, so that a first visit need not
//! wait for decoders that few films need. And films of all formats for their viewers.

use super::download::{Meter, download_program};
use super::link::{Died, WorkerLink, WorkerProgram, WorkerScript};
use crate::worker::messages::{DecodedFilm, FromDecoder, FullDepth, ToDecoder};
use futures::future::{LocalBoxFuture, Shared};
use futures::{FutureExt, try_join};
use js_sys::{Array, ArrayBuffer};
use std::cell::RefCell;
use std::rc::Rc;

const SCRIPT: &str = "decoder.js";
const WASM: &str = "decoder_bg.wasm";

type Loading = Shared<LocalBoxFuture<'static, Result<Rc<WorkerProgram>, String>>>;

/// The decoder's program, or its download.
#[derive(Default)]
pub struct DecoderProgram(RefCell<Option<Loading>>);

impl DecoderProgram {
    /// The program, or why it is not here. Begins the download if it has not begun yet or has failed.
    pub async fn load(&self) -> Result<Rc<WorkerProgram>, String> {
        let loading = self.download();
        loading.await
    }

    fn download(&self) -> Loading {
        let mut last = self.0.borrow_mut();
        match &*last {
            Some(loading) if !matches!(loading.peek(), Some(Err(_))) => loading.clone(),
            _ => {
                let program = async {
                    let unseen = Meter::new(2, &|_| ());
                    let files = try_join!(
                        WorkerScript::load(SCRIPT, &unseen),
                        download_program(WASM, &unseen)
                    );
                    match files {
                        Ok((script, module)) => Ok(Rc::new(WorkerProgram { script, module })),
                        Err(error) => Err(error.to_string()),
                    }
                };
                last.insert(program.boxed_local().shared()).clone()
            }
        }
    }
}

/// Decodes films of rare formats.
pub trait Decode {
    /// The film in a file, or a sentence for the visitor.
    fn decode(&mut self, file: ArrayBuffer) -> LocalBoxFuture<'_, Result<DecodedFilm, String>>;
}

/// A worker that decodes, started when the first film comes and after each death.
pub struct Decoder {
    program: Rc<DecoderProgram>,
    link: Option<WorkerLink<ToDecoder, FromDecoder>>,
}

impl Decoder {
    pub fn new(program: Rc<DecoderProgram>) -> Self {
        Self {
            program,
            link: None,
        }
    }

    /// The film in a file of any format, for a viewer.
    ///
    /// # Errors
    /// A sentence for the visitor.
    pub async fn full_depth(&mut self, file: ArrayBuffer) -> Result<FullDepth, String> {
        match self.ask(ToDecoder::FullDepth(file.clone()), file).await? {
            FromDecoder::FullDepth(film) => Ok(film),
            _ => Err(Died::ON_A_FILM.into()),
        }
    }

    /// The answer, if it is no refusal.
    async fn ask(&mut self, question: ToDecoder, file: ArrayBuffer) -> Result<FromDecoder, String> {
        let program = self.program.load().await?;
        match self.ask_worker(&program, question, file).await {
            Ok(FromDecoder::Refused(sentence)) => Err(sentence),
            Ok(answer) => Ok(answer),
            Err(Died(reason)) => {
                leptos::logging::warn!("a decoder stopped: {reason}");
                Err(Died::ON_A_FILM.into())
            }
        }
    }

    async fn ask_worker(
        &mut self,
        program: &WorkerProgram,
        question: ToDecoder,
        file: ArrayBuffer,
    ) -> Result<FromDecoder, Died> {
        let mut link = match self.link.take() {
            Some(link) => link,
            None => WorkerLink::start(program)?,
        };
        let answer = link.ask(&question, &Array::of1(&file)).await?;
        self.link = Some(link);
        Ok(answer)
    }
}

impl Decode for Decoder {
    fn decode(&mut self, file: ArrayBuffer) -> LocalBoxFuture<'_, Result<DecodedFilm, String>> {
        async move {
            match self.ask(ToDecoder::Film(file.clone()), file).await? {
                FromDecoder::Decoded(film) => Ok(film),
                _ => Err(Died::ON_A_FILM.into()),
            }
        }
        .boxed_local()
    }
}
