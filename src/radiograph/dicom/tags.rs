//! The attributes that are used, by their names in PS3.6.

use super::attributes::Tag;

pub const MODALITY: Tag = (0x0008, 0x0060);
pub const PATIENT_AGE: Tag = (0x0010, 0x1010);
pub const BODY_PART_EXAMINED: Tag = (0x0018, 0x0015);
pub const VIEW_POSITION: Tag = (0x0018, 0x5101);
pub const SAMPLES_PER_PIXEL: Tag = (0x0028, 0x0002);
pub const PHOTOMETRIC_INTERPRETATION: Tag = (0x0028, 0x0004);
pub const PLANAR_CONFIGURATION: Tag = (0x0028, 0x0006);
pub const NUMBER_OF_FRAMES: Tag = (0x0028, 0x0008);
pub const ROWS: Tag = (0x0028, 0x0010);
pub const COLUMNS: Tag = (0x0028, 0x0011);
pub const BITS_ALLOCATED: Tag = (0x0028, 0x0100);
pub const BITS_STORED: Tag = (0x0028, 0x0101);
pub const HIGH_BIT: Tag = (0x0028, 0x0102);
pub const PIXEL_REPRESENTATION: Tag = (0x0028, 0x0103);
pub const PIXEL_PADDING_VALUE: Tag = (0x0028, 0x0120);
pub const WINDOW_CENTER: Tag = (0x0028, 0x1050);
pub const WINDOW_WIDTH: Tag = (0x0028, 0x1051);
pub const RESCALE_INTERCEPT: Tag = (0x0028, 0x1052);
pub const RESCALE_SLOPE: Tag = (0x0028, 0x1053);
pub const WINDOW_EXPLANATION: Tag = (0x0028, 0x1055);
pub const VOI_LUT_FUNCTION: Tag = (0x0028, 0x1056);
pub const MODALITY_LUT_SEQUENCE: Tag = (0x0028, 0x3000);
pub const LUT_DESCRIPTOR: Tag = (0x0028, 0x3002);
pub const LUT_EXPLANATION: Tag = (0x0028, 0x3003);
pub const LUT_DATA: Tag = (0x0028, 0x3006);
pub const VOI_LUT_SEQUENCE: Tag = (0x0028, 0x3010);
pub const PRESENTATION_LUT_SHAPE: Tag = (0x2050, 0x0020);
