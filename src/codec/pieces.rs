//! Bodies of magic 0x05: pieces, each a `u16` length and that many bytes, which together are one deflate stream.

/// Appends the bytes of the pieces to `joined`. Returns whether the last piece is complete.
pub fn join(body: &[u8], joined: &mut Vec<u8>) -> bool {
    let mut rest = body;
    while let [low, high, bytes @ ..] = rest {
        let len = usize::from(u16::from_le_bytes([*low, *high]));
        let Some((piece, tail)) = bytes.split_at_checked(len) else {
            joined.extend_from_slice(bytes);
            return false;
        };
        joined.extend_from_slice(piece);
        rest = tail;
    }
    rest.is_empty()
}

/// The position in `body` of byte `joined_at` of the joined stream; the end of `body` if the stream is shorter.
pub fn position(body: &[u8], joined_at: usize) -> usize {
    let (mut at, mut joined) = (0, 0);
    while let Some([low, high]) = body.get(at..at + 2) {
        let len = usize::from(u16::from_le_bytes([*low, *high]));
        if joined + len > joined_at {
            return (at + 2 + joined_at - joined).min(body.len());
        }
        joined += len;
        at += 2 + len;
    }
    body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_positions_map_back_to_the_body() {
        let body = [2, 0, b'a', b'b', 0, 0, 3, 0, b'c', b'd', b'e'];
        let mut joined = Vec::new();
        assert!(join(&body, &mut joined));
        assert_eq!(joined, b"abcde");
        for (at, byte) in joined.iter().enumerate() {
            assert_eq!(body[position(&body, at)], *byte);
        }
        assert_eq!(position(&body, 5), body.len());
    }

    #[test]
    fn a_truncated_piece_gives_its_remaining_bytes() {
        let mut joined = Vec::new();
        assert!(!join(&[9, 0, b'a'], &mut joined));
        assert_eq!(joined, b"a");
        assert!(!join(&[9], &mut joined));
    }
}
