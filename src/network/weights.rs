//! The network's tensors, and the safetensors file that holds them.

use std::collections::{BTreeMap, HashMap};

use base16ct::lower::encode_string;
use candle_core::{Device, Tensor};
use half::f16;
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use sha2::{Digest, Sha256};

use super::architecture::{self, Role, TensorSpec};
use super::{Metadata, cpu};
use crate::error::{Error, Result, TensorFault, TensorFaults};

/// Maximum number of steps between zero and the largest weight of a tensor in a weights file. Fewer distinct values
/// compress to a smaller download, and the answers hardly change.
const STEPS: f32 = 128.0;
/// A weights file is a fifth of a megabyte; anything much larger is something else.
pub const MAX_FILE_BYTES: usize = 4_000_000;

/// Every tensor of [`architecture::tensors`], by name, with its shape.
#[derive(Clone, Debug)]
pub struct Weights {
    tensors: BTreeMap<String, Tensor>,
}

impl Weights {
    /// Takes tensors named as in the architecture.
    ///
    /// # Errors
    /// Names each tensor that is missing, unexpected or of the wrong shape.
    pub fn new(tensors: BTreeMap<String, Tensor>) -> Result<Self> {
        let specs = architecture::tensors();
        let mut faults: Vec<TensorFault> = Vec::new();
        for spec in &specs {
            let tensor = tensors.get(&spec.name).ok_or_else(|| missing(spec));
            let fits = tensor.and_then(|tensor| check_shape(spec, tensor.dims()));
            faults.extend(fits.err());
        }
        faults.extend(unexpected(&specs, tensors.keys().map(String::as_str)));
        none_of(faults)?;
        Ok(Self { tensors })
    }

    /// The tensor `name`, sharing its storage.
    ///
    /// # Errors
    /// When the architecture has no such tensor.
    pub fn tensor(&self, name: &str) -> Result<Tensor> {
        let missing = || TensorFault::Missing {
            name: name.to_owned(),
            expected: Vec::new(),
        };
        Ok(self.tensors.get(name).cloned().ok_or_else(missing)?)
    }

    /// Names and tensors, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.tensors
            .iter()
            .map(|(name, tensor)| (name.as_str(), tensor))
    }

    /// Reads the tensors of a safetensors file.
    ///
    /// # Errors
    /// Names each tensor that is missing, unexpected, of the wrong shape or type, or that holds an invalid value.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self> {
        let file = parse(bytes)?;
        let specs = architecture::tensors();
        let mut faults = unexpected(&specs, file.names().into_iter());
        let mut tensors = BTreeMap::new();
        for spec in specs {
            let view = file.tensor(&spec.name).map_err(|_| missing(&spec));
            match view.and_then(|view| checked_values(&spec, &view)) {
                Ok(values) => {
                    let tensor = Tensor::from_vec(values, spec.shape, &Device::Cpu)?;
                    tensors.insert(spec.name, tensor);
                }
                Err(fault) => faults.push(fault),
            }
        }
        none_of(faults)?;
        Ok(Self { tensors })
    }

    /// Writes the [rounded](Self::rounded) tensors and `metadata` as a safetensors file. Convolution and dense weights
    /// take 16 bits, which hold them exactly: they are nearly all of the file, which every visitor downloads. Equal
    /// weights and metadata give equal bytes.
    pub fn to_safetensors(&self, metadata: &Metadata) -> Result<Vec<u8>> {
        let rounded = self.rounded()?;
        let mut parts = Vec::new();
        for spec in architecture::tensors() {
            parts.push(Part::new(
                &spec.name,
                &rounded.tensor(&spec.name)?,
                precision(&spec),
            )?);
        }
        parts.sort_by(|a, b| a.name.cmp(&b.name));
        serialise(&parts, metadata.to_entries()?)
    }

    /// The weights with the rounding of [`Self::to_safetensors`], so that what is evaluated is what is shipped.
    pub fn rounded(&self) -> Result<Self> {
        let mut tensors = BTreeMap::new();
        for spec in architecture::tensors() {
            let mut tensor = self.tensor(&spec.name)?;
            if precision(&spec) == Dtype::F16 {
                let rounded = on_grid(&cpu::view(&tensor)?);
                tensor = Tensor::from_vec(rounded, spec.shape, &Device::Cpu)?;
            }
            tensors.insert(spec.name, tensor);
        }
        Self::new(tensors)
    }
}

/// Rounds to multiples of a power of two, the smallest that reaches the largest value in at most [`STEPS`] steps.
/// Rounding again changes nothing.
fn on_grid(values: &[f32]) -> Vec<f32> {
    let largest = values
        .iter()
        .fold(0f32, |most, value| most.max(value.abs()));
    let smallest_half = 2f32.powi(-24);
    let step = (largest / STEPS).log2().ceil().exp2().max(smallest_half);
    values
        .iter()
        .map(|value| (value / step).round() * step)
        .collect()
}

fn precision(spec: &TensorSpec) -> Dtype {
    match spec.role {
        Role::Weight { .. } => Dtype::F16,
        // They are few, and a variance may be too small for 16 bits to distinguish it from zero.
        _ => Dtype::F32,
    }
}

/// Writes named tensors of 32-bit floats, with a single metadata entry: the format does not order entries, and equal
/// content must give equal bytes.
pub fn write<'a>(
    tensors: impl Iterator<Item = (&'a str, &'a Tensor)>,
    metadata: (String, String),
) -> Result<Vec<u8>> {
    let parts = tensors.map(|(name, tensor)| Part::new(name, tensor, Dtype::F32));
    let parts: Vec<_> = parts.collect::<Result<_>>()?;
    serialise(&parts, metadata)
}

/// A tensor to be written to a file.
struct Part {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Part {
    fn new(name: &str, tensor: &Tensor, dtype: Dtype) -> Result<Self> {
        let values = cpu::view(tensor)?;
        let bytes = match dtype {
            Dtype::F16 => {
                let halves = values.iter().map(|&value| f16::from_f32(value));
                halves.flat_map(f16::to_le_bytes).collect()
            }
            _ => values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
        };
        Ok(Self {
            name: name.to_owned(),
            dtype,
            shape: tensor.dims().to_vec(),
            bytes,
        })
    }
}

fn serialise(parts: &[Part], metadata: (String, String)) -> Result<Vec<u8>> {
    let views = parts.iter().map(|part| {
        let Part {
            name,
            dtype,
            shape,
            bytes,
        } = part;
        let view = TensorView::new(*dtype, shape.clone(), bytes);
        view.map(|view| (name.as_str(), view))
    });
    let views: Vec<_> = views
        .collect::<std::result::Result<_, _>>()
        .map_err(damaged)?;
    serialize(views, Some(HashMap::from([metadata]))).map_err(damaged)
}

/// Hexadecimal SHA-256 of a weights file, which identifies the file behind an answer.
pub fn sha256(bytes: &[u8]) -> String {
    encode_string(&Sha256::digest(bytes))
}

/// Parses the file and checks its structure, but not its tensors.
pub(super) fn parse(bytes: &[u8]) -> Result<SafeTensors<'_>> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Error::WeightsDamaged(format!(
            "it has {} bytes, far more than this network's weights take",
            bytes.len()
        )));
    }
    SafeTensors::deserialize(bytes).map_err(damaged)
}

fn damaged(error: safetensors::SafeTensorError) -> Error {
    Error::WeightsDamaged(error.to_string())
}

fn none_of(faults: Vec<TensorFault>) -> Result<()> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Tensors(TensorFaults(faults)))
    }
}

fn missing(spec: &TensorSpec) -> TensorFault {
    TensorFault::Missing {
        name: spec.name.clone(),
        expected: spec.shape.clone(),
    }
}

fn unexpected<'a>(specs: &[TensorSpec], names: impl Iterator<Item = &'a str>) -> Vec<TensorFault> {
    let mut unexpected: Vec<_> = names
        .filter(|name| !specs.iter().any(|spec| spec.name == *name))
        .collect();
    unexpected.sort_unstable();
    let faults = unexpected.into_iter();
    faults
        .map(|name| TensorFault::Unexpected(name.to_owned()))
        .collect()
}

fn check_shape(spec: &TensorSpec, actual: &[usize]) -> std::result::Result<(), TensorFault> {
    if actual != spec.shape {
        return Err(TensorFault::Shape {
            name: spec.name.clone(),
            expected: spec.shape.clone(),
            actual: actual.to_vec(),
        });
    }
    Ok(())
}

/// The values of a tensor of type F32.
pub fn f32_values(view: &TensorView) -> Vec<f32> {
    let (values, _) = view.data().as_chunks();
    values.iter().copied().map(f32::from_le_bytes).collect()
}

fn checked_values(
    spec: &TensorSpec,
    view: &TensorView,
) -> std::result::Result<Vec<f32>, TensorFault> {
    check_shape(spec, view.shape())?;
    let values: Vec<f32> = match view.dtype() {
        Dtype::F32 => f32_values(view),
        Dtype::F16 => {
            let (chunks, _) = view.data().as_chunks();
            chunks
                .iter()
                .map(|&bytes| f16::from_le_bytes(bytes).to_f32())
                .collect()
        }
        other => {
            return Err(TensorFault::Type {
                name: spec.name.clone(),
                actual: other.to_string(),
            });
        }
    };
    for &value in &values {
        let problem = if !value.is_finite() {
            "not a finite number"
        } else if spec.role == Role::RunningVariance && value < 0.0 {
            "below zero, which a variance can't be"
        } else {
            continue;
        };
        return Err(TensorFault::Value {
            name: spec.name.clone(),
            value,
            problem,
        });
    }
    Ok(values)
}
