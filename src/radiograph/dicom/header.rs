//! What the header says about the film. Patient names and IDs are never used.

use super::attributes::Attributes;
use super::element::Tag;
use super::layout::Layout;
use super::tags;
use crate::Result;
use crate::radiograph::Header;

/// Words in a description that tell a portable unit from one in an X-ray room.
const PORTABLE: [&str; 4] = ["PORTABLE", "BEDSIDE", "MOBILE", "BETTAUFNAHME"];
/// The same in Chinese, which does not part its words.
const BEDSIDE: &str = "床旁";
/// Codes that mean the chest or the lungs, in SNOMED CT and its older form (PS3.16, CID 4009 and 4031).
const CHEST_CODES: [&str; 6] = [
    "816094009",
    "51185008",
    "39607008",
    "43799004",
    "T-D3000",
    "T-28000",
];
/// Codes that mean a frontal view: postero-anterior, antero-posterior, or unspecified (PS3.16, CID 4010).
const FRONTAL_CODES: [(&str, &str); 5] = [
    ("272479007", "PA"),
    ("R-10214", "PA"),
    ("399348003", "AP"),
    ("R-10206", "AP"),
    ("399033003", "frontal"),
];

pub(super) fn header(attributes: &Attributes, layout: &Layout) -> Result<Header> {
    let frames = attributes.decimal(tags::NUMBER_OF_FRAMES);
    let described = [
        tags::VIEW_POSITION,
        tags::SERIES_DESCRIPTION,
        tags::STUDY_DESCRIPTION,
    ];
    let described = described.map(|tag| attributes.text(tag).unwrap_or_default().to_uppercase());
    Ok(Header {
        modality: attributes
            .text(tags::MODALITY)
            .map(|code| code.to_uppercase()),
        body_part: match attributes.text(tags::BODY_PART_EXAMINED) {
            Some(part) => Some(part),
            None => coded(attributes, tags::ANATOMIC_REGION_SEQUENCE, |code| {
                CHEST_CODES.contains(&code).then_some("chest")
            })?,
        },
        view: match attributes.text(tags::VIEW_POSITION) {
            Some(view) => Some(view),
            None => coded(attributes, tags::VIEW_CODE_SEQUENCE, |code| {
                let known = FRONTAL_CODES.iter().find(|(known, _)| *known == code);
                known.map(|&(_, name)| name)
            })?,
        },
        age: attributes
            .text(tags::PATIENT_AGE)
            .and_then(|age| years(&age)),
        sex: attributes.text(tags::PATIENT_SEX),
        portable: described.iter().any(|text| is_portable(text)),
        size: size(attributes, layout),
        // The cast saturates: a negative number of frames becomes 0.
        frames: frames.map(|frames| frames as u64),
        bits_in_use: None,
    })
}

/// Whether a description in capitals has one of the words; an "automobile" is none.
fn is_portable(description: &str) -> bool {
    let mut words = description.split(|character: char| !character.is_alphanumeric());
    words.any(|word| PORTABLE.contains(&word)) || description.contains(BEDSIDE)
}

/// The meaning of a sequence's code: by its value if that is known, otherwise as it is written.
fn coded(
    attributes: &Attributes,
    sequence: Tag,
    known: impl Fn(&str) -> Option<&'static str>,
) -> Result<Option<String>> {
    let Some(item) = attributes.first_item(sequence)? else {
        return Ok(None);
    };
    let value = item.text(tags::CODE_VALUE);
    let meaning = value.as_deref().and_then(known).map(str::to_owned);
    Ok(meaning.or_else(|| item.text(tags::CODE_MEANING)))
}

/// Width and height in millimetres.
fn size(attributes: &Attributes, layout: &Layout) -> Option<(f64, f64)> {
    let spacing = |tag| {
        // Between rows, then between columns (PS3.3, 10.7.1.3).
        let spacing: Vec<f64> = attributes.decimals(tag).into_iter().flatten().collect();
        match spacing[..] {
            [rows, columns, ..] if rows > 0.0 && columns > 0.0 => Some((rows, columns)),
            _ => None,
        }
    };
    let (rows, columns) =
        spacing(tags::IMAGER_PIXEL_SPACING).or_else(|| spacing(tags::PIXEL_SPACING))?;
    Some((layout.columns as f64 * columns, layout.rows as f64 * rows))
}

/// An age string in years: three digits and D, W, M or Y (PS3.5, 6.2).
fn years(age: &str) -> Option<f64> {
    let (number, unit) = age.split_at_checked(age.len().checked_sub(1)?)?;
    let number: f64 = number.trim().parse().ok()?;
    match unit {
        "D" | "d" => Some(number / 365.25),
        "W" | "w" => Some(number * 7.0 / 365.25),
        "M" | "m" => Some(number / 12.0),
        "Y" | "y" => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_in_days_weeks_months_or_years() {
        assert_eq!(years("003Y"), Some(3.0));
        assert_eq!(years("018M"), Some(1.5));
        assert!((years("052W").unwrap() - 1.0).abs() < 0.01);
        assert!((years("731D").unwrap() - 2.0).abs() < 0.01);
        for nonsense in ["", "Y", "12", "3 years", "né"] {
            assert_eq!(years(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_portable_unit_is_told_by_a_word_of_its_own() {
        for description in ["CHEST AP PORTABLE", "PORTABLE_CHEST 1 VIEW", "床旁胸片"] {
            assert!(is_portable(&description.to_uppercase()), "{description}");
        }
        assert!(!is_portable("AUTOMOBILE ACCIDENT"));
    }
}
