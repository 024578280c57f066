//! Number formatting for the page. Elements that tools read also carry the full number in `data-value`.

/// A probability in percent, with one decimal and a non-breaking space; never rounded to 0 % or 100 %, which no network
/// can claim.
pub fn percent(probability: f64) -> String {
    if probability < 0.001 {
        "under 0.1\u{a0}%".into()
    } else if probability > 0.999 {
        "over 99.9\u{a0}%".into()
    } else {
        format!("{:.1}\u{a0}%", probability * 100.0)
    }
}

/// A threshold in percent, without trailing zeros.
pub fn threshold(value: f64) -> String {
    let percent = format!("{:.2}", value * 100.0);
    format!(
        "{}\u{a0}%",
        percent.trim_end_matches('0').trim_end_matches('.')
    )
}

/// A counted proportion, in percent with one decimal; 100 % and 0 % are possible.
pub fn share(value: f64) -> String {
    let percent = format!("{:.1}", value * 100.0);
    format!("{}\u{a0}%", percent.trim_end_matches(".0"))
}

/// A proportion with its interval.
pub fn with_interval(value: f64, [low, high]: [f64; 2]) -> String {
    format!(
        "{} ({:.1} to {:.1})",
        share(value),
        low * 100.0,
        high * 100.0
    )
}

/// A count with thousands separators.
pub fn count(count: usize) -> String {
    let digits = count.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// A data size in a suitable unit.
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000_000 => format!("{} KB", count.div_ceil(1000)),
        _ => format!("{:.1} MB", count as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_is_never_rounded_to_certainty() {
        assert_eq!(percent(0.0), "under 0.1\u{a0}%");
        assert_eq!(percent(0.9999), "over 99.9\u{a0}%");
        assert_eq!(percent(0.6634), "66.3\u{a0}%");
        assert_eq!(share(1.0), "100\u{a0}%");
    }

    #[test]
    fn thresholds_have_no_decimals_that_they_do_not_need() {
        assert_eq!(threshold(0.82), "82\u{a0}%");
        assert_eq!(threshold(0.1287), "12.87\u{a0}%");
    }

    #[test]
    fn counts_and_sizes_are_easy_to_read() {
        assert_eq!(count(77_633), "77,633");
        assert_eq!(count(633), "633");
        assert_eq!(bytes(999_001), "1000 KB");
        assert_eq!(bytes(1_250_000), "1.2 MB");
    }
}
