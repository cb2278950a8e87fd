//! The habit of encoders to use the best code for the symbols that they send. To check it costs more than to read the
//! symbols, so it is checked in the units before damage only: there it shows damage that nothing else shows.

use std::collections::VecDeque;

use super::super::units::Place;
use super::codes::{Codes, Symbol};
use super::symbols::{DISTANCES, LENGTHS};
use super::watch::Watch;

/// Counts the symbols of each block.
#[derive(Default)]
pub struct Histogram(Box<Counts>);

struct Counts {
    /// By symbol.
    literals: [u32; 286],
    /// By symbol.
    distances: [u32; 30],
    /// How many units were read.
    units: usize,
    /// Where to stop.
    most_units: usize,
    /// The first unit with a code that is not the best.
    first_odd: Option<usize>,
}

impl Default for Counts {
    fn default() -> Counts {
        Counts { literals: [0; 286], distances: [0; 30], units: 0, most_units: 0, first_odd: None }
    }
}

impl Histogram {
    /// For this many units.
    pub fn new(units: usize) -> Histogram {
        Histogram(Box::new(Counts { most_units: units, ..Counts::default() }))
    }

    /// The first unit, counted from where reading began, with a code that is not the best.
    pub fn first_odd(&self) -> Option<usize> {
        self.0.first_odd
    }
}

impl Watch for Histogram {
    const COUNTS: bool = true;

    fn matched(&mut self, _: &[u8], _: u32, _: u32, _: u32) {}

    fn unit(&mut self, _: &[u8], _: Place) -> bool {
        self.0.units += 1;
        self.0.units < self.0.most_units
    }

    fn literal(&mut self, literal: u8) {
        self.0.literals[usize::from(literal)] += 1;
    }

    fn pair(&mut self, length: u32, distance: u32) {
        // The symbol with this base.
        let place = |bases: &[(u32, u32)], entry: u32| bases.partition_point(|(base, _)| *base <= entry >> 16) - 1;
        self.0.literals[257 + place(&LENGTHS, length)] += 1;
        self.0.distances[place(&DISTANCES, distance)] += 1;
    }

    fn block(&mut self, codes: &Codes) {
        self.0.literals[256] = 1;
        let (literals, distances) = codes.symbols();
        let is_best =
            is_best(literals, 0, &self.0.literals) && is_best(distances, codes.first_distance(), &self.0.distances);
        if !is_best {
            self.0.first_odd.get_or_insert(self.0.units);
        }
        (self.0.literals, self.0.distances) = ([0; 286], [0; 30]);
    }
}

/// Whether no other code is shorter in total for these numbers of occurrences, by symbol.
fn is_best(symbols: &[Symbol], first: u32, occurrences: &[u32]) -> bool {
    let count =
        |symbol: &Symbol| occurrences.get((symbol.number() - first) as usize).map_or(0, |count| u64::from(*count));
    let cost: u64 = symbols.iter().map(|symbol| u64::from(symbol.len()) * count(symbol)).sum();
    // Encoders add a second symbol to a code of one, and limit the length of codes to 15.
    let is_exempt = symbols.len() <= 2 || symbols.iter().any(|symbol| symbol.len() >= 15);
    is_exempt || cost == least_cost(occurrences)
}

/// How many bits symbols with these numbers of occurrences take in the best prefix code (Huffman 1952).
fn least_cost(occurrences: &[u32]) -> u64 {
    let mut leaves: Vec<u64> = occurrences.iter().filter(|&&count| count > 0).map(|&count| u64::from(count)).collect();
    leaves.sort_unstable();
    let mut leaves = leaves.into_iter().peekable();
    let mut joined: VecDeque<u64> = VecDeque::new();
    let mut cost = 0;
    // Both queues are sorted, so the two smallest are always at the front.
    let mut smallest = |joined: &mut VecDeque<u64>| match (leaves.peek(), joined.front()) {
        (Some(leaf), Some(join)) if leaf > join => joined.pop_front(),
        (None, Some(_)) => joined.pop_front(),
        _ => leaves.next(),
    };
    while let Some(first) = smallest(&mut joined)
        && let Some(second) = smallest(&mut joined)
    {
        cost += first + second;
        joined.push_back(first + second);
    }
    cost
}

#[cfg(test)]
mod tests {
    use super::super::super::text::Text;
    use super::super::inflater::{Inflater, Stop};
    use super::*;

    #[test]
    fn the_best_code_is_known() {
        assert_eq!(least_cost(&[5, 9, 12, 13, 16, 45]), 224);
        assert_eq!(least_cost(&[7]), 0);
    }

    #[test]
    fn an_encoder_uses_it_and_damage_does_not() {
        let text: Vec<u8> =
            (1..400u32).map(|number| b'a' + (number.wrapping_mul(0x9E37_79B9) >> 7).count_ones() as u8).collect();
        let mut deflate = flate2::Compress::new(flate2::Compression::best(), false);
        let mut body = Vec::with_capacity(4096);
        deflate.compress_vec(&text, &mut body, flate2::FlushCompress::Sync).unwrap();
        assert_eq!(body[0] & 6, 4, "a dynamic block");
        let first_odd = |body: &[u8]| {
            let mut histogram = Histogram::new(1);
            let reading = Inflater::default().read(body, 0, &mut Text::default(), 0, 1 << 20, &mut histogram);
            (reading.stop, histogram.first_odd())
        };
        assert_eq!(first_odd(&body), (Stop::End, None));
        let flipped = |bit: usize| {
            let mut body = body.clone();
            body[bit / 8] ^= 1 << (bit % 8);
            body
        };
        let odd = (0..body.len() * 8).filter(|bit| first_odd(&flipped(*bit)) == (Stop::End, Some(0))).count();
        assert!(odd * 20 > body.len() * 8, "{odd} of {} bits", body.len() * 8);
    }
}
