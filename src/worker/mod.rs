//! The programs that run off the page's main thread, so that the page never blocks: `reader` goes the way from
//! file bytes to reading, and `decoder` opens the files of rare formats for it. Questions come from, and answers go
//! to, `ui`.
//!
//! ```text
//! messages   what both sides say
//!   answers  what is told of a network and of a film
//! serve      a worker's end of the conversation
//! ```

pub mod answers;
#[cfg(target_arch = "wasm32")]
pub mod decoder;
#[cfg(target_arch = "wasm32")]
pub mod messages;
#[cfg(target_arch = "wasm32")]
pub mod reader;
#[cfg(target_arch = "wasm32")]
mod serve;
