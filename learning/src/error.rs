//! What can go wrong in training.

/// A result of training.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a network could not be trained or evaluated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "{class} has films of {patients} patient(s); a validation split by patient needs two or more"
    )]
    TooFewPatients {
        class: &'static str,
        patients: usize,
    },
    #[error("the validation films are of one class; operating points need both")]
    OneClass,
    #[error(
        "these are not the films that the weights were trained on, so which were kept out is not known"
    )]
    OtherFilms,
    #[error(
        "the loss is no longer a number in epoch {epoch}, at a learning rate of {learning_rate}: \
         try a lower learning rate"
    )]
    Diverged { epoch: usize, learning_rate: f64 },
    #[error("there is no tensor {0}")]
    MissingTensor(String),
    #[error("tensor {name} has {actual} values, not {expected}")]
    TensorLength {
        name: String,
        actual: usize,
        expected: usize,
    },
    #[error(transparent)]
    Weights(#[from] pneumonia_cnn::Error),
    #[error("the network could not be run: {0}")]
    Network(#[from] candle_core::Error),
}
