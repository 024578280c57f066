//! The weights that the page ships, loaded as the page loads them.

use candle_core::{Device, Tensor};
use pneumonia_cnn::Error;
use pneumonia_cnn::error::{TensorFault, TensorFaults};
use pneumonia_cnn::input::Input;
use pneumonia_cnn::network::metadata::OperatingPoint;
use pneumonia_cnn::network::{Metadata, Weights, architecture};
use pneumonia_cnn::radiograph::{Limits, Radiograph};
use pneumonia_cnn::reading::{Reader, Verdict};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::{wasm_bindgen_test as test, wasm_bindgen_test_configure};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test_configure!(run_in_browser);

const SHIPPED: &[u8] = include_bytes!("../model/pneumonia-cnn.safetensors");

#[test]
fn the_shipped_weights_load_and_say_where_they_come_from() {
    let reader = Reader::from_safetensors(SHIPPED).unwrap();
    let metadata = reader.metadata();
    assert_eq!(metadata.architecture.trainable_parameters, 77_633);
    assert_eq!(metadata.architecture.classes, ["NORMAL", "PNEUMONIA"]);
    let training = &metadata.training;
    let validation = &metadata.validation;
    assert_eq!(training.films.normal + validation.films.normal, 1_341);
    assert_eq!(training.films.pneumonia + validation.films.pneumonia, 3_875);
    assert_eq!(training.file_list_sha256.len(), 64);
    assert!(validation.auc >= 0.97, "validation AUC {}", validation.auc);
    let points = metadata.operating_points;
    assert!(points.screening.threshold <= points.balanced.threshold);
    assert!(points.screening.sensitivity >= 0.99);
    // The curve runs from no film called pneumonia to all, through points as good as the shipped ones.
    assert!(metadata.roc.len() > 10);
    let ends = [metadata.roc.first(), metadata.roc.last()].map(Option::unwrap);
    assert_eq!(ends.map(|end| end.sensitivity), [0.0, 1.0]);
    let near = |point: &OperatingPoint| {
        let as_specific = |other: &&OperatingPoint| other.specificity >= point.specificity - 0.02;
        metadata
            .roc
            .iter()
            .filter(as_specific)
            .any(|other| other.sensitivity >= point.sensitivity - 0.02)
    };
    assert!(near(&points.balanced) && near(&points.screening));
}

#[test]
fn the_shipped_weights_tell_a_normal_sample_from_one_with_pneumonia() {
    let reader = Reader::from_safetensors(SHIPPED).unwrap();
    let read = |bytes: &[u8]| {
        let film = Radiograph::from_bytes(bytes, &Limits::default()).unwrap();
        reader.read(&Input::new(&film)).unwrap()
    };
    let normal = read(include_bytes!(
        "../model/samples/NORMAL/NORMAL2-IM-1442-0001.jpeg"
    ));
    let sick = read(include_bytes!(
        "../model/samples/PNEUMONIA/person1946_bacteria_4874.jpeg"
    ));
    assert_eq!(normal.verdict, Verdict::NoPneumonia, "{normal:?}");
    assert_eq!(sick.verdict, Verdict::Pneumonia, "{sick:?}");
}

#[test]
fn weights_come_back_from_a_file_as_they_were_rounded_for_it() {
    let metadata = Metadata::from_safetensors(SHIPPED).unwrap();
    let mut tensors = std::collections::BTreeMap::new();
    for (index, spec) in architecture::tensors().into_iter().enumerate() {
        let values: Vec<f32> = (0..spec.elements())
            .map(|at| (at % 97 + index + 1) as f32 / 977.0)
            .collect();
        let tensor = Tensor::from_vec(values, spec.shape, &Device::Cpu).unwrap();
        tensors.insert(spec.name, tensor);
    }
    let weights = Weights::new(tensors).unwrap();
    let rounded = weights.rounded().unwrap();
    let file = weights.to_safetensors(&metadata).unwrap();
    let read = Weights::from_safetensors(&file).unwrap();
    let values = |weights: &Weights, name: &str| -> Vec<f32> {
        let tensor = weights.tensor(name).unwrap();
        tensor.flatten_all().unwrap().to_vec1().unwrap()
    };
    let again = rounded.rounded().unwrap();
    for (name, _) in weights.iter() {
        assert_eq!(values(&read, name), values(&rounded, name), "{name}");
        assert_eq!(values(&again, name), values(&rounded, name), "{name}");
        let exact = values(&weights, name);
        let largest = exact.iter().fold(0f32, |most, value| most.max(*value));
        for (rounded, exact) in values(&rounded, name).iter().zip(exact) {
            let error = (rounded - exact).abs();
            assert!(error <= largest / 128.0, "{name}: {rounded} {exact}");
        }
    }
    assert!(file.len() < 215_000, "{} bytes", file.len());
}

/// The shipped file with its tensors changed by `change`, and the same metadata.
fn changed(change: impl Fn(&mut Vec<(String, Dtype, Vec<usize>, Vec<u8>)>)) -> Vec<u8> {
    let file = SafeTensors::deserialize(SHIPPED).unwrap();
    let (_, header) = SafeTensors::read_metadata(SHIPPED).unwrap();
    let mut tensors: Vec<_> = file
        .tensors()
        .into_iter()
        .map(|(name, view)| {
            (
                name,
                view.dtype(),
                view.shape().to_vec(),
                view.data().to_vec(),
            )
        })
        .collect();
    change(&mut tensors);
    let views = tensors.iter().map(|(name, dtype, shape, data)| {
        (
            name.clone(),
            TensorView::new(*dtype, shape.clone(), data).unwrap(),
        )
    });
    serialize(views, header.metadata().clone()).unwrap()
}

#[track_caller]
fn assert_refused(bytes: &[u8], part: &str) {
    let error = Reader::from_safetensors(bytes)
        .err()
        .expect("the file is refused")
        .to_string();
    assert!(error.contains(part), "\"{error}\" does not say \"{part}\"");
}

#[test]
fn weights_that_do_not_fit_are_refused_by_the_name_of_the_tensor() {
    let missing = changed(|tensors| tensors.retain(|(name, ..)| name != "bn4.bias"));
    assert_refused(&missing, "no tensor `bn4.bias`");

    let extra =
        changed(|tensors| tensors.push(("conv8.bias".into(), Dtype::F32, vec![1], vec![0; 4])));
    assert_refused(&extra, "`conv8.bias`");

    let at = |tensors: &[(String, Dtype, Vec<usize>, Vec<u8>)], wanted: &str| {
        tensors
            .iter()
            .position(|(name, ..)| name == wanted)
            .unwrap()
    };
    let shape = changed(|tensors| {
        let index = at(tensors, "fc2.weight");
        tensors[index].2 = vec![64, 256];
    });
    assert_refused(
        &shape,
        "`fc2.weight` of the weights file has shape [64, 256]",
    );

    let brain_float = changed(|tensors| {
        let index = at(tensors, "fc3.bias");
        (tensors[index].1, tensors[index].3) = (Dtype::BF16, vec![0; 2]);
    });
    assert_refused(&brain_float, "`fc3.bias` of the weights file has type BF16");

    for value in [f32::NAN, f32::INFINITY] {
        for (tensor, bytes) in [
            (
                "conv3.weight",
                half::f16::from_f32(value).to_le_bytes().to_vec(),
            ),
            ("conv3.bias", value.to_le_bytes().to_vec()),
        ] {
            let broken = changed(|tensors| {
                let index = at(tensors, tensor);
                tensors[index].3[40..40 + bytes.len()].copy_from_slice(&bytes);
            });
            assert_refused(&broken, &format!("`{tensor}` of the weights file holds"));
        }
    }

    let negative = changed(|tensors| {
        let index = at(tensors, "bn2.running_var");
        tensors[index].3[..4].copy_from_slice(&(-1f32).to_le_bytes());
    });
    assert_refused(&negative, "below zero");
}

#[test]
fn every_tensor_that_does_not_fit_is_told_not_only_the_first() {
    let several = changed(|tensors| {
        tensors.retain(|(name, ..)| name != "conv1.weight" && name != "fc3.bias");
        let last = tensors.len() - 1;
        tensors[last].0 = "other.weight".into();
    });
    let error = Reader::from_safetensors(&several).err().unwrap();
    let Error::Tensors(faults) = &error else {
        panic!("{error}");
    };
    // The renamed one is both unexpected and missing.
    assert_eq!(faults.0.len(), 4, "{error}");
    for told in ["`conv1.weight`", "`fc3.bias`", "`other.weight`"] {
        assert_refused(&several, told);
    }
    let many = changed(|tensors| {
        for at in 0..100 {
            tensors.push((format!("extra{at:03}"), Dtype::F32, vec![1], vec![0; 4]));
        }
    });
    assert_refused(&many, "`extra059`");
    assert_refused(&many, "40 more tensors do not match.");
}

#[test]
fn files_that_are_no_weights_are_refused_without_a_panic() {
    assert_refused(b"", "not a valid safetensors file");
    assert_refused(
        b"not safetensors at all, but a letter",
        "not a valid safetensors file",
    );
    assert_refused(&vec![0; 5_000_000], "far more than");
    for length in (0..SHIPPED.len()).step_by(997) {
        assert!(
            Reader::from_safetensors(&SHIPPED[..length]).is_err(),
            "cut at {length}"
        );
    }
    // Bytes of the header changed one at a time: refused or read, but never a crash.
    let header = 8 + u64::from_le_bytes(SHIPPED[..8].try_into().unwrap()) as usize;
    for at in (0..header).step_by(7) {
        let mut bytes = SHIPPED.to_vec();
        bytes[at] ^= 0x15;
        let _ = Reader::from_safetensors(&bytes);
    }
}

#[test]
fn metadata_that_ask_for_another_network_are_refused() {
    let metadata = Metadata::from_safetensors(SHIPPED).unwrap();
    let weights = Weights::from_safetensors(SHIPPED).unwrap();
    let refused = |metadata: &Metadata, part: &str| {
        assert_refused(&weights.to_safetensors(metadata).unwrap(), part);
    };
    let mut other = metadata.clone();
    other.architecture.input_size = 224;
    refused(&other, "224");
    let mut other = metadata.clone();
    other.architecture.classes.reverse();
    refused(&other, "classes");
    let mut other = metadata.clone();
    other.operating_points.screening.threshold = 1.5;
    refused(&other, "1.5");
    let mut other = metadata.clone();
    other.gate.hidden.steps.pop();
    refused(&other, "gate of [1567, 32, 32] values");

    let file = SafeTensors::deserialize(SHIPPED).unwrap();
    let bare = serialize(file.tensors(), None).unwrap();
    assert_refused(&bare, "metadata has no entry");
}

// Not in the browser, where nothing is written and floats that are read may be off by one bit: see Cargo.toml.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn writing_what_was_read_gives_the_same_bytes() {
    let weights = Weights::from_safetensors(SHIPPED).unwrap();
    let metadata = Metadata::from_safetensors(SHIPPED).unwrap();
    let written = weights.to_safetensors(&metadata).unwrap();
    assert!(written == SHIPPED, "the bytes differ");
}

#[test]
fn a_missing_tensor_is_told_with_the_shape_it_should_have() {
    let error = Weights::new(Default::default()).unwrap_err();
    let first = &architecture::tensors()[0];
    let Error::Tensors(TensorFaults(faults)) = error else {
        panic!("{error}");
    };
    let missing = TensorFault::Missing {
        name: first.name.clone(),
        expected: first.shape.clone(),
    };
    assert_eq!(faults[0], missing);
    assert_eq!(faults.len(), architecture::tensors().len());
}
