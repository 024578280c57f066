//! How machines and the people at them name chests and frontal views.

/// Parts of names of the chest and the lungs, in capitals.
const CHEST: [&str; 33] = [
    "CHEST",
    "THORAX",
    "TORAX",
    "TÓRAX",
    "TORAKS",
    "TORACE",
    "THX",
    "CXR",
    "LUNG",
    "BRUST",
    "POITRINE",
    "POUMON",
    "PECHO",
    "PULM",
    "POLMON",
    "KLATKA PIERS",
    "HRUDN",
    "HRUDNÍK",
    "BORSTKAS",
    "LONGEN",
    "RINTAKEH",
    "KEUHKO",
    "MELLKAS",
    "GÖĞÜS",
    "AKCİĞER",
    "ГРУД",
    "ЛЕГК",
    "ΘΩΡΑΚ",
    "胸",
    "肺",
    "흉부",
    "가슴",
    "폐",
];
/// Parts of names of the spine and the breastbone, which contain those of the chest.
const NOT_CHEST: [&str; 6] = ["SPINE", "WIRBEL", "ПОЗВОН", "椎", "骨", "WALL"];
/// Words for frontal views.
const FRONTAL: [&str; 6] = [
    "AP",
    "PA",
    "FRONTAL",
    "ANTEROPOSTERIOR",
    "POSTEROANTERIOR",
    "正位",
];
/// Beginnings of words for other views.
const NOT_FRONTAL: [&str; 6] = ["LAT", "OBL", "LAO", "RAO", "AXIAL", "侧"];

/// Whether a body part is the chest or the lungs.
pub(super) fn is_chest(part: &str) -> bool {
    let part = part.to_uppercase();
    let names_one_of = |names: &[&str]| names.iter().any(|name| part.contains(name));
    names_one_of(&CHEST) && !names_one_of(&NOT_CHEST)
}

/// Whether a view is frontal, whatever else is said of it: "pa", "PA ERECT", "A.P. supine", "postero-anterior".
pub(super) fn is_frontal(view: &str) -> bool {
    let view = view.to_uppercase().replace(['.', '-'], "");
    let words = || view.split(|character: char| !character.is_alphanumeric());
    words().any(|word| FRONTAL.contains(&word))
        && !words().any(|word| NOT_FRONTAL.iter().any(|other| word.starts_with(other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chest_has_many_names() {
        for part in [
            "CHEST",
            "Thorax",
            "TORAX",
            "Tórax",
            "BRUST",
            "胸部",
            "LUNGS",
            "Chest PA",
            "грудная клетка",
            "klatka piersiowa",
            "CHEST_TO_PELVIS",
            "흉부",
        ] {
            assert!(is_chest(part), "{part}");
        }
        for part in [
            "HIP",
            "ABDOMEN",
            "TSPINE",
            "BRUSTWIRBELSÄULE",
            "胸椎",
            "胸骨",
            "HAND",
            "SKULL",
        ] {
            assert!(!is_chest(part), "{part}");
        }
    }

    #[test]
    fn frontal_views_have_many_names() {
        for view in [
            "PA",
            "ap",
            "PA ERECT",
            "AP SUPINE",
            "AP/PA",
            "A.P.",
            "postero-anterior",
            "antero-posterior",
            "frontal",
            "AP_PORTABLE",
            "胸部 正位",
        ] {
            assert!(is_frontal(view), "{view}");
        }
        for view in [
            "LL",
            "LATERAL",
            "LAT",
            "RL",
            "antero-posterior oblique",
            "PA LAT",
            "LLO",
            "侧位",
        ] {
            assert!(!is_frontal(view), "{view}");
        }
    }
}
