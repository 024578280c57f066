//! The program that reads films off the page's main thread, so that the page never blocks. It opens the files itself:
//! the page only hands them over. `ui` sends the questions and receives the answers.
//!
//! ```text
//! messages   what the page and the workers send
//!   answers  what is reported about a network and about a film
//! serve      the worker's end of the conversation
//! reader     the answers
//!   file         the bytes of a file
//!   pictures     the images on a film's card
//!   full_depth   a film at full bit depth, for a viewer
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
