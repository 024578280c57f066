//! What the page says about itself: its limitations, its network, its sources, and whether it opens offline.

mod first_visit;
mod footer;
mod model_card;
mod model_identity;
mod notice;
mod offline;
mod offline_status;
mod own_weights;

pub use first_visit::FirstVisit;
pub use footer::Footer;
pub use model_card::{ModelCard, at_model_card};
pub use model_identity::ModelIdentity;
pub use notice::Notice;
pub use offline_status::OfflineStatus;
pub use own_weights::OwnWeights;
