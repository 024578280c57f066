/// Marks a window whose largest value the ReLU cut off, so that no gradient passes.
pub(in crate::network) const NO_WINNER: u8 = u8::MAX;

/// ReLU and 2×2 max-pool of one plane, `height` × `width`, into `pooled`, `height / 2` × `width / 2`.
///
/// An odd last row or column is left out, as Keras does. `winners`, if asked for, tells which of a
/// window's four pixels (row by row) was the largest, the first of equals, or [`NO_WINNER`].
pub(in crate::network) fn max_pool_relu(
    plane: &[f32],
    width: usize,
    pooled: &mut [f32],
    winners: Option<&mut [u8]>,
) {
    let columns = width / 2;
    let windows = |row: usize| {
        let (upper, lower) = plane[2 * row * width..][..2 * width].split_at(width);
        upper.chunks_exact(2).zip(lower.chunks_exact(2))
    };
    for (row, pooled) in pooled.chunks_exact_mut(columns).enumerate() {
        for (value, (upper, lower)) in pooled.iter_mut().zip(windows(row)) {
            *value = upper[0].max(upper[1]).max(lower[0].max(lower[1])).max(0.0);
        }
    }
    let Some(winners) = winners else { return };
    for (row, winners) in winners.chunks_exact_mut(columns).enumerate() {
        for ((winner, (upper, lower)), &largest) in winners
            .iter_mut()
            .zip(windows(row))
            .zip(&pooled[row * columns..])
        {
            let window = [upper[0], upper[1], lower[0], lower[1]];
            *winner = match window.iter().position(|&value| value == largest) {
                Some(first) if largest > 0.0 => first as u8,
                _ => NO_WINNER,
            };
        }
    }
}
