//! The network's architecture, in one place: `model` computes with it, `weights` checks files against it, and the
//! trainer initialises it.

/// Name of the model in a weights file's metadata.
pub const MODEL: &str = "pneumonia-cnn";
/// Name of the architecture in a weights file's metadata.
pub const NAME: &str = "conv7-dense3";
/// Incremented when a change makes older weights files unusable.
pub const VERSION: u32 = 1;
/// Class names in the order of their labels, 0 and 1.
pub const CLASSES: [&str; 2] = ["NORMAL", "PNEUMONIA"];

/// Convolution stages. Each halves the height and width, so seven reduce 128×128 to 1×1.
pub const STAGES: usize = 7;
/// Input channels of the original network: the grey value, three times.
pub const INPUT_CHANNELS: usize = 3;
/// Output channels of every convolution.
pub const CHANNELS: usize = 32;
/// Width of the two hidden dense layers.
pub const HIDDEN: usize = 128;

/// Added to the variance before taking its square root (Keras' default).
pub const BATCH_NORM_EPSILON: f32 = 1e-3;
/// Weight of the new batch in the running statistics (Keras' momentum of 0.99).
pub const BATCH_NORM_UPDATE: f32 = 0.01;

/// The role of a tensor, which decides how it is initialised and whether the optimiser updates it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Weights of a convolution or dense layer, with its fan-in and fan-out.
    Weight {
        fan_in: usize,
        fan_out: usize,
    },
    /// Initialised to 0.
    Bias,
    /// The scale of a batch norm, initialised to 1.
    Scale,
    /// Statistics of past batches, not trainable.
    RunningMean,
    RunningVariance,
}

/// One tensor of the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorSpec {
    pub name: String,
    /// PyTorch's layouts: convolution `[out, in, 3, 3]`, dense `[out, in]`.
    pub shape: Vec<usize>,
    pub role: Role,
}

impl TensorSpec {
    pub fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    pub fn is_trainable(&self) -> bool {
        !matches!(self.role, Role::RunningMean | Role::RunningVariance)
    }
}

/// Whether stage `stage` (from 1) ends in a batch norm: all but the first do.
pub fn has_batch_norm(stage: usize) -> bool {
    stage > 1
}

/// Every tensor of the network, in the order of the forward pass.
pub fn tensors() -> Vec<TensorSpec> {
    let mut tensors = Vec::new();
    let mut push = |name: String, shape: &[usize], role| {
        tensors.push(TensorSpec {
            name,
            shape: shape.to_vec(),
            role,
        });
    };
    for stage in 1..=STAGES {
        let inputs = if stage == 1 { INPUT_CHANNELS } else { CHANNELS };
        let weight = Role::Weight {
            fan_in: inputs * 9,
            fan_out: CHANNELS * 9,
        };
        push(
            format!("conv{stage}.weight"),
            &[CHANNELS, inputs, 3, 3],
            weight,
        );
        push(format!("conv{stage}.bias"), &[CHANNELS], Role::Bias);
        if has_batch_norm(stage) {
            push(format!("bn{stage}.weight"), &[CHANNELS], Role::Scale);
            push(format!("bn{stage}.bias"), &[CHANNELS], Role::Bias);
            push(
                format!("bn{stage}.running_mean"),
                &[CHANNELS],
                Role::RunningMean,
            );
            push(
                format!("bn{stage}.running_var"),
                &[CHANNELS],
                Role::RunningVariance,
            );
        }
    }
    for (layer, inputs, outputs) in [(1, CHANNELS, HIDDEN), (2, HIDDEN, HIDDEN), (3, HIDDEN, 1)] {
        let weight = Role::Weight {
            fan_in: inputs,
            fan_out: outputs,
        };
        push(format!("fc{layer}.weight"), &[outputs, inputs], weight);
        push(format!("fc{layer}.bias"), &[outputs], Role::Bias);
    }
    tensors
}

/// Number of parameters that training changes.
pub fn trainable_parameters() -> usize {
    tensors()
        .iter()
        .filter(|tensor| tensor.is_trainable())
        .map(TensorSpec::elements)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_has_the_originals_tensors_and_77_633_trainable_parameters() {
        let mut expected: Vec<(String, Vec<usize>)> = vec![
            ("conv1.weight".into(), vec![32, 3, 3, 3]),
            ("conv1.bias".into(), vec![32]),
        ];
        for stage in 2..=7 {
            expected.push((format!("conv{stage}.weight"), vec![32, 32, 3, 3]));
            for vector in [
                "conv.bias",
                "bn.weight",
                "bn.bias",
                "bn.running_mean",
                "bn.running_var",
            ] {
                let (layer, kind) = vector.split_once('.').unwrap();
                expected.push((format!("{layer}{stage}.{kind}"), vec![32]));
            }
        }
        for (layer, inputs, outputs) in [(1, 32, 128), (2, 128, 128), (3, 128, 1)] {
            expected.push((format!("fc{layer}.weight"), vec![outputs, inputs]));
            expected.push((format!("fc{layer}.bias"), vec![outputs]));
        }
        let actual: Vec<_> = tensors().into_iter().map(|t| (t.name, t.shape)).collect();
        assert_eq!(actual, expected);
        assert_eq!(trainable_parameters(), 77_633);
        let all: usize = tensors().iter().map(TensorSpec::elements).sum();
        assert_eq!(all, 78_017);
    }
}
