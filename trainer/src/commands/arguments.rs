//! Validating parsers for argument values.

/// Parses a count of at least 1.
pub fn at_least_1(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number >= 1 => Ok(number),
        _ => Err("give a whole number of 1 or more".into()),
    }
}

/// Parses a finite number above zero.
pub fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err("give a number above 0".into()),
    }
}

/// Parses a number between 0 and 1, both excluded.
pub fn fraction(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if 0.0 < number && number < 1.0 => Ok(number),
        _ => Err("give a number between 0 and 1".into()),
    }
}
