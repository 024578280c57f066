//! Which of the worker's two builds this browser gets. Relaxed SIMD multiplies and adds in one instruction; a
//! browser without it (Safari, older versions of others) refuses a whole program for one such instruction.

use js_sys::{Uint8Array, WebAssembly};

/// The files of a build, as Trunk names them.
pub struct WorkerBuild {
    pub script: &'static str,
    pub wasm: &'static str,
}

const PLAIN: WorkerBuild = WorkerBuild {
    script: "worker.js",
    wasm: "worker_bg.wasm",
};

const RELAXED: WorkerBuild = WorkerBuild {
    script: "worker-relaxed.js",
    wasm: "worker-relaxed_bg.wasm",
};

/// A module with one function, `f32x4.relaxed_madd` of three zeros: valid only where there is relaxed SIMD.
#[rustfmt::skip]
const RELAXED_SIMD_MODULE: [u8; 40] = [
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,     // "\0asm", version 1
    1, 5, 1, 0x60, 0, 1, 0x7b,              // types: () -> v128
    3, 2, 1, 0,                             // functions: one, of that type
    10, 19, 1, 17, 0,                       // code: one body of 17 bytes, no locals
    0x41, 0, 0xfd, 0x0f,                    // i8x16.splat(i32.const 0)
    0x41, 0, 0xfd, 0x0f,
    0x41, 0, 0xfd, 0x0f,
    0xfd, 0x85, 0x02,                       // f32x4.relaxed_madd
    0x0b,
];

/// The fastest build that this browser runs.
pub fn for_this_browser() -> WorkerBuild {
    let module = Uint8Array::from(RELAXED_SIMD_MODULE.as_slice());
    match WebAssembly::validate(&module) {
        Ok(true) => RELAXED,
        Ok(false) | Err(_) => PLAIN,
    }
}
