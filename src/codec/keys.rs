//! Finds the TEA key of a block with the user's private keys.
//!
//! The app is built with the server's public key. Each process makes a key pair and puts its public key into the
//! headers. Plain ECDH on secp256k1 gives the secret that both sides share. A client key occurs in thousands of blocks,
//! so its shared secrets are computed once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use k256::elliptic_curve::{ecdh::diffie_hellman, sec1::ToSec1Point};
use k256::{PublicKey, SecretKey};

use super::tea::TeaKey;
use crate::xlog::header::ClientKey;

/// A private key of the server, given by the user.
#[derive(Clone)]
pub struct PrivateKey(SecretKey);

/// Why a text is not a private key. Never contains the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not 64 hex digits, but this many characters.
    #[error("a private key is 64 hex digits; this one has {0} characters")]
    Length(usize),
    /// The character at this position, from 1, is not a hex digit.
    #[error("a private key is 64 hex digits; character {0} is not one")]
    Digit(usize),
    /// Zero, or not less than the order of the curve.
    #[error("not a valid secp256k1 private key")]
    Range,
}

impl PrivateKey {
    /// Parses 64 hex digits. White space around them is ignored.
    pub fn parse(text: &str) -> Result<PrivateKey, KeyError> {
        let text = text.trim();
        if let Some(position) = text.chars().position(|c| !c.is_ascii_hexdigit()) {
            return Err(KeyError::Digit(position + 1));
        }
        if text.len() != 64 {
            return Err(KeyError::Length(text.len()));
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte =
                digits.iter().fold(0, |value, &digit| value << 4 | char::from(digit).to_digit(16).unwrap_or(0) as u8);
        }
        PrivateKey::from_bytes(&bytes)
    }

    /// The key with these bytes, big-endian. Nearly all values are keys: random bytes fail once in 2^127 times.
    ///
    /// # Errors
    /// [`KeyError::Range`] if the value is not a key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<PrivateKey, KeyError> {
        SecretKey::from_slice(bytes).map(PrivateKey).map_err(|_| KeyError::Range)
    }

    /// The public key, which the app is built with: x, then y, big-endian.
    pub fn public(&self) -> ClientKey {
        let point = self.0.public_key().to_sec1_point(false);
        let mut key = [0; 64];
        // Skip the first byte, which says that both x and y follow.
        key.iter_mut().zip(point.as_bytes().iter().skip(1)).for_each(|(to, from)| *to = *from);
        key
    }

    /// The key as 64 hex digits. Only for storing the key, never for messages.
    pub fn reveal(&self) -> String {
        hex(&self.0.to_bytes())
    }

    /// The TEA key shared with the client; `None` if `client` is not a point on the curve.
    fn shared_with(&self, client: &ClientKey) -> Option<TeaKey> {
        let mut sec1 = [4; 65];
        sec1[1..].copy_from_slice(client);
        let public = PublicKey::from_sec1_bytes(&sec1).ok()?;
        let secret = diffie_hellman(&self.0.to_nonzero_scalar(), public.as_affine());
        let secret: &[u8] = secret.raw_secret_bytes();
        Some(TeaKey::from_secret(secret.try_into().ok()?))
    }
}

impl std::fmt::Debug for PrivateKey {
    /// Does not reveal the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey(..)")
    }
}

/// Formats bytes as keys are written: two lower-case hex digits each.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Serializes keys as hex digits.
#[cfg(feature = "serde")]
pub fn serialize<S: serde::Serializer>(keys: &[ClientKey], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(keys.iter().map(|key| hex(key)))
}

/// A set of private keys. It caches the secrets that they share with clients.
///
/// Nothing else is cached. Each block is tried with all keys, so the result for a file depends only on its bytes, and
/// not on what else is decoded before or at the same time.
#[derive(Debug, Default)]
pub struct KeyRing {
    private: Vec<PrivateKey>,
    clients: Mutex<HashMap<ClientKey, Arc<[TeaKey]>>>,
}

/// For how many client keys secrets are cached: far more than a folder of logs has.
const MAX_CLIENTS: usize = 1 << 16;

/// Clones the private keys, but not the cache.
impl Clone for KeyRing {
    fn clone(&self) -> KeyRing {
        KeyRing::new(self.private.clone())
    }
}

impl KeyRing {
    /// A ring with these keys. It may be empty; then encrypted blocks can't be opened.
    pub fn new(private: Vec<PrivateKey>) -> KeyRing {
        KeyRing { private, clients: Mutex::default() }
    }

    /// Whether there is no private key on the ring.
    pub fn is_empty(&self) -> bool {
        self.private.is_empty()
    }

    /// The TEA keys that a block of this client may be encrypted with: one per private key, in the order of the ring.
    pub(crate) fn candidates(&self, client: &ClientKey) -> Arc<[TeaKey]> {
        if self.private.is_empty() {
            return Arc::default();
        }
        if let Some(known) = self.lock().get(client) {
            return known.clone();
        }
        let shared: Arc<[_]> = self.private.iter().filter_map(|private| private.shared_with(client)).collect();
        let mut clients = self.lock();
        if clients.len() < MAX_CLIENTS {
            clients.insert(*client, shared.clone());
        }
        shared
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ClientKey, Arc<[TeaKey]>>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_keys_are_rejected_without_being_shown() {
        assert_eq!(PrivateKey::parse("ab").unwrap_err(), KeyError::Length(2));
        assert_eq!(PrivateKey::parse(&"x".repeat(64)).unwrap_err(), KeyError::Digit(1));
        assert_eq!(PrivateKey::parse(&"0".repeat(64)).unwrap_err(), KeyError::Range);
        assert_eq!(PrivateKey::parse(&"f".repeat(64)).unwrap_err(), KeyError::Range);
        assert_eq!(format!("{:?}", PrivateKey::parse(&"1".repeat(64)).unwrap()), "PrivateKey(..)");
    }

    /// The public key of the private key 1 is the generator of the curve (SEC 2, 2.4.1).
    #[test]
    fn the_public_key_is_x_then_y() {
        let one = PrivateKey::parse(&format!("{:064x}", 1)).unwrap();
        let generator = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\
                         483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
        assert_eq!(hex(&one.public()), generator);
        assert_eq!(one.reveal(), format!("{:064x}", 1));
        assert_eq!(PrivateKey::from_bytes(&[0; 32]).unwrap_err(), KeyError::Range);
    }

    #[test]
    fn a_client_key_that_is_not_on_the_curve_opens_nothing() {
        let ring = KeyRing::new(vec![PrivateKey::parse(&"1".repeat(64)).unwrap()]);
        assert!(ring.candidates(&[0; 64]).is_empty() && ring.candidates(&[7; 64]).is_empty());
    }

    #[test]
    fn secrets_are_computed_once_and_stay_in_order() {
        let [one, two, client] = ["2", "4", "3"].map(|digit| PrivateKey::parse(&digit.repeat(64)).unwrap());
        let ring = KeyRing::new(vec![one.clone(), two.clone()]);
        let shared = ring.candidates(&client.public());
        assert_eq!(*shared, [&one, &two].map(|private| private.shared_with(&client.public()).unwrap()));
        assert!(Arc::ptr_eq(&shared, &ring.candidates(&client.public())));
        assert!(KeyRing::default().candidates(&client.public()).is_empty());
    }
}
