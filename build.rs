//! Makes the linker keep the relocations in the page's wasm, which site/split.mjs needs to split it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    if target == "wasm32" {
        println!("cargo::rustc-link-arg-bin=app=--emit-relocs");
    }
}
