#![no_main]

use pneumonia_cnn::network::Metadata;
use pneumonia_cnn::network::weights::Weights;
use pneumonia_cnn::worker::answers::Model;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(error) = Weights::from_safetensors(bytes) {
        error.to_string();
    }
    match Metadata::from_safetensors(bytes) {
        // What the page shows of it.
        Ok(metadata) => drop(Model::new(&metadata, String::new())),
        Err(error) => drop(error.to_string()),
    }
});
