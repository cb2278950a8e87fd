//! TEA as published, with 16 rounds, in ECB mode: each group of 8 bytes is encrypted by itself, and a rest of less than
//! 8 bytes is not encrypted.

/// A TEA key: the first 16 bytes of the shared secret, as four little-endian words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TeaKey([u32; 4]);

/// How many bytes are encrypted together.
pub const GROUP: usize = 8;
const ROUNDS: u32 = 16;
const DELTA: u32 = 0x9E37_79B9;
/// How many groups are decrypted at once: enough to fill vector registers and to hide the latency of the rounds. Of 4,
/// 8, 16 and 32, the last was the fastest by a third when measured.
const LANES: usize = 32;

impl TeaKey {
    /// The key in the first 16 bytes of an ECDH secret.
    pub fn from_secret(secret: &[u8; 32]) -> TeaKey {
        let mut words = [0; 4];
        for (word, bytes) in words.iter_mut().zip(secret.chunks_exact(4)) {
            *word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        TeaKey(words)
    }

    /// Decrypts `data` in place.
    pub fn decrypt(&self, data: &mut [u8]) {
        let (wide, rest) = data.as_chunks_mut::<{ LANES * GROUP }>();
        for groups in wide {
            self.decrypt_lanes::<LANES>(groups);
        }
        for group in rest.as_chunks_mut::<GROUP>().0 {
            self.decrypt_lanes::<1>(group);
        }
    }

    /// Decrypts `N` groups. The compiler vectorizes loops over plain arrays.
    fn decrypt_lanes<const N: usize>(&self, groups: &mut [u8]) {
        let [a, b, c, d] = self.0;
        let (mut y, mut z) = ([0u32; N], [0u32; N]);
        for (group, (y, z)) in groups.as_chunks::<GROUP>().0.iter().zip(y.iter_mut().zip(&mut z)) {
            let [y0, y1, y2, y3, z0, z1, z2, z3] = *group;
            (*y, *z) = (u32::from_le_bytes([y0, y1, y2, y3]), u32::from_le_bytes([z0, z1, z2, z3]));
        }
        let mut sum = DELTA.wrapping_mul(ROUNDS);
        for _ in 0..ROUNDS {
            for (y, z) in y.iter().zip(&mut z) {
                let mix = (y << 4).wrapping_add(c) ^ y.wrapping_add(sum) ^ (y >> 5).wrapping_add(d);
                *z = z.wrapping_sub(mix);
            }
            for (y, z) in y.iter_mut().zip(&z) {
                let mix = (z << 4).wrapping_add(a) ^ z.wrapping_add(sum) ^ (z >> 5).wrapping_add(b);
                *y = y.wrapping_sub(mix);
            }
            sum = sum.wrapping_sub(DELTA);
        }
        for (group, (y, z)) in groups.as_chunks_mut::<GROUP>().0.iter_mut().zip(y.iter().zip(&z)) {
            let (front, back) = group.split_at_mut(4);
            front.copy_from_slice(&y.to_le_bytes());
            back.copy_from_slice(&z.to_le_bytes());
        }
    }
}

impl std::fmt::Debug for TeaKey {
    /// Does not reveal the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TeaKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TEA encryption as published (Wheeler and Needham, 1994).
    fn encrypt(key: &TeaKey, data: &mut [u8]) {
        let [a, b, c, d] = key.0;
        for group in data.chunks_exact_mut(GROUP) {
            let mut y = u32::from_le_bytes(group[..4].try_into().unwrap());
            let mut z = u32::from_le_bytes(group[4..].try_into().unwrap());
            let mut sum = 0u32;
            for _ in 0..ROUNDS {
                sum = sum.wrapping_add(DELTA);
                y = y.wrapping_add((z << 4).wrapping_add(a) ^ z.wrapping_add(sum) ^ (z >> 5).wrapping_add(b));
                z = z.wrapping_add((y << 4).wrapping_add(c) ^ y.wrapping_add(sum) ^ (y >> 5).wrapping_add(d));
            }
            group[..4].copy_from_slice(&y.to_le_bytes());
            group[4..].copy_from_slice(&z.to_le_bytes());
        }
    }

    #[test]
    fn decrypts_what_the_writer_encrypts_at_every_length() {
        let key = TeaKey::from_secret(&std::array::from_fn(|i| (i * 37 + 5) as u8));
        for len in 0..400 {
            let plain: Vec<u8> = (0..len).map(|i| (i * 7) as u8).collect();
            let mut data = plain.clone();
            encrypt(&key, &mut data);
            assert_eq!(data[len - len % GROUP..], plain[len - len % GROUP..], "the rest stays plain");
            key.decrypt(&mut data);
            assert_eq!(data, plain);
        }
    }

    #[test]
    fn debug_does_not_reveal_the_key() {
        assert_eq!(format!("{:?}", TeaKey::from_secret(&[7; 32])), "TeaKey(..)");
    }
}
