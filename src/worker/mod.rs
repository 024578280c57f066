//! The program that reads films off the page's main thread, so that the page never blocks. It opens the files itself:
//! the page only hands them over. Questions come from, and answers go to, `ui`.
//!
//! ```text
//! messages   what both sides say
//!   answers  what is told of a network and of a film
//! serve      the worker's end of the conversation
//! reader     the answers
//!   file         the bytes of a file
//!   pictures     what a card shows of a film
//!   full_depth   a film for a viewer
//! ```
//!
//! It comes in several builds (`src/bin`): one that reads PNG and JPEG, the same with relaxed SIMD, and one that reads
//! all formats.

pub mod answers;
#[cfg(target_arch = "wasm32")]
mod file;
#[cfg(all(target_arch = "wasm32", feature = "rare-formats"))]
mod full_depth;
#[cfg(target_arch = "wasm32")]
pub mod messages;
#[cfg(target_arch = "wasm32")]
mod pictures;
#[cfg(target_arch = "wasm32")]
pub mod reader;
#[cfg(target_arch = "wasm32")]
mod serve;
