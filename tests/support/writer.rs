//! Writes xlog blocks of every kind like the real writers, byte for byte where it matters.

use flate2::{Compress, Compression, FlushCompress};
use imlog::internals::xlog::{BlockKind, Cipher, Codec, Layout, magic};
use k256::elliptic_curve::sec1::ToSec1Point;
use k256::{SecretKey, elliptic_curve::ecdh::diffie_hellman};
use zstd::stream::raw::{CParameter, Encoder, InBuffer, Operation, OutBuffer};

/// The client's side of the encryption: the key that it puts into headers, and the key that it encrypts with.
#[derive(Clone, Copy)]
pub struct Client {
    pub public: [u8; 64],
    tea: [u32; 4],
}

impl Client {
    /// A client with the private key `seed` (any number but 0), for the server with this private key (64 hex digits).
    pub fn new(seed: u8, server: &str) -> Client {
        let client = SecretKey::from_slice(&[seed; 32]).unwrap();
        let bytes: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&server[2 * i..2 * i + 2], 16).unwrap()).collect();
        let server = SecretKey::from_slice(&bytes).unwrap();
        let secret = diffie_hellman(&client.to_nonzero_scalar(), server.public_key().as_affine());
        let secret: &[u8] = secret.raw_secret_bytes();
        let tea = std::array::from_fn(|i| u32::from_le_bytes(secret[4 * i..4 * i + 4].try_into().unwrap()));
        Client { public: client.public_key().to_sec1_point(false).as_bytes()[1..].try_into().unwrap(), tea }
    }

    fn encrypt(&self, data: &mut [u8]) {
        let [a, b, c, d] = self.tea;
        for group in data.chunks_exact_mut(8) {
            let mut y = u32::from_le_bytes(group[..4].try_into().unwrap());
            let mut z = u32::from_le_bytes(group[4..].try_into().unwrap());
            let mut sum = 0u32;
            for _ in 0..16 {
                sum = sum.wrapping_add(0x9E37_79B9);
                y = y.wrapping_add((z << 4).wrapping_add(a) ^ z.wrapping_add(sum) ^ (z >> 5).wrapping_add(b));
                z = z.wrapping_add((y << 4).wrapping_add(c) ^ y.wrapping_add(sum) ^ (y >> 5).wrapping_add(d));
            }
            group[..4].copy_from_slice(&y.to_le_bytes());
            group[4..].copy_from_slice(&z.to_le_bytes());
        }
    }
}

/// A block to be written.
#[derive(Clone)]
pub struct Block {
    pub kind: &'static BlockKind,
    pub seq: u16,
    pub hours: [u8; 2],
    pub client: Option<Client>,
}

impl Block {
    pub fn new(magic_byte: u8, layout: Layout, seq: u16) -> Block {
        let kind = magic::kind(magic_byte, layout).unwrap();
        Block { kind, seq, hours: [9, 10], client: None }
    }

    /// A block of one of the current kinds.
    pub fn keyed(magic_byte: u8, seq: u16) -> Block {
        Block::new(magic_byte, Layout::Keyed, seq)
    }

    pub fn client(self, client: Client) -> Block {
        Block { client: Some(client), ..self }
    }

    /// The whole block, with these lines.
    pub fn write(&self, lines: &[Vec<u8>]) -> Vec<u8> {
        self.wrap(self.body(lines))
    }

    /// The body before encryption: each line compressed and flushed separately.
    pub fn body(&self, lines: &[Vec<u8>]) -> Vec<u8> {
        match self.kind.codec {
            Codec::Text => lines.concat(),
            Codec::Deflate => units(&mut Deflate::new(), lines).concat(),
            Codec::Zstd => units(&mut Zstd::new(), lines).concat(),
            codec => panic!("no writer for {codec:?}"),
        }
    }

    /// Header, body (encrypted here, cut into pieces here) and end byte.
    pub fn wrap(&self, mut body: Vec<u8>) -> Vec<u8> {
        let counter = if self.kind.layout == Layout::Bare { body.len() as u8 } else { self.seq as u8 };
        match self.kind.cipher {
            Cipher::None => {}
            Cipher::Xor => {
                let key = 0xCC ^ self.kind.magic ^ counter;
                body.iter_mut().for_each(|byte| *byte ^= key);
            }
            Cipher::Tea => self.client.expect("an encrypted block needs a client").encrypt(&mut body),
            cipher => panic!("no writer for {cipher:?}"),
        }
        if self.kind.pieces {
            body = body.chunks(1000).flat_map(|piece| [&(piece.len() as u16).to_le_bytes(), piece].concat()).collect();
        }
        let mut block = vec![self.kind.magic];
        if self.kind.layout != Layout::Bare {
            block.extend(self.seq.to_le_bytes());
            block.extend(self.hours);
        }
        block.extend((body.len() as u32).to_le_bytes());
        match self.kind.layout {
            Layout::Bare | Layout::Short => {}
            Layout::Legacy => block.extend([0; 4]),
            Layout::Keyed => block.extend(self.client.map_or([0; 64], |client| client.public)),
            layout => panic!("no writer for {layout:?}"),
        }
        block.extend(body);
        block.push(0);
        block
    }
}

/// A compressor that flushes.
pub trait Flushing {
    /// What `line` becomes in the stream.
    fn unit(&mut self, line: &[u8]) -> Vec<u8>;
}

/// What each line becomes.
pub fn units(stream: &mut impl Flushing, lines: &[Vec<u8>]) -> Vec<Vec<u8>> {
    lines.iter().map(|line| stream.unit(line)).collect()
}

/// Raw deflate, level 9.
pub struct Deflate(Compress);

impl Deflate {
    pub fn new() -> Deflate {
        Deflate(Compress::new(Compression::new(9), false))
    }
}

impl Flushing for Deflate {
    fn unit(&mut self, line: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(line.len() + 64);
        self.0.compress_vec(line, &mut out, FlushCompress::Sync).unwrap();
        assert!(out.len() < out.capacity(), "flushed whole");
        out
    }
}

/// A zstd frame with a window of 64 KiB.
pub struct Zstd(Encoder<'static>);

impl Zstd {
    pub fn new() -> Zstd {
        let mut encoder = Encoder::new(3).unwrap();
        encoder.set_parameter(CParameter::WindowLog(16)).unwrap();
        encoder.set_parameter(CParameter::ContentSizeFlag(false)).unwrap();
        Zstd(encoder)
    }
}

impl Flushing for Zstd {
    fn unit(&mut self, line: &[u8]) -> Vec<u8> {
        let mut out = vec![0; line.len() + 1024];
        let mut output = OutBuffer::around(&mut out[..]);
        let mut input = InBuffer::around(line);
        while input.pos() < line.len() {
            self.0.run(&mut input, &mut output).unwrap();
        }
        assert_eq!(self.0.flush(&mut output).unwrap(), 0, "flushed whole");
        let len = output.pos();
        out.truncate(len);
        out
    }
}
