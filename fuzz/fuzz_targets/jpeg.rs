#![no_main]

use pneumonia_cnn::radiograph::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::film(bytes, Format::Jpeg));
